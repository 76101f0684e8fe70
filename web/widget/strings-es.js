// @ts-check
/** The words of the widget in Spanish: the lines of `strings.js`, in their order. Documents stay in their own language. */
export const ES = `
Asistente de información médica
Automático. Solo documentos aprobados.
Contactar con una persona
Menú
Cerrar
Nueva consulta
Imprimir
Guardar como texto
Guardar como PDF
Guardar como datos (JSON)
Terminar la consulta
Leer las respuestas en voz alta al llegar
Mostrar solo respuestas completas
Demostración, sin revisión médica.
Conversación
Pregunte sobre el tratamiento tras la progresión, la terapia endocrina o la resistencia. Cada respuesta muestra sus fuentes.
Preguntas para empezar
Su pregunta
Enviar
Detener
{n|Queda # carácter|Quedan # caracteres}
{n|Sobra # carácter|Sobran # caracteres}
Ir a lo último
Ir al inicio de la respuesta
Profesionales sanitarios de EE. UU.
Notificar un efecto adverso
Privacidad
Contenido {version}
Antes de empezar
Este servicio es para profesionales sanitarios de EE. UU. Un asistente automático responde con documentos aprobados. Puede equivocarse: compruebe la fuente antes de actuar. Las consultas se guardan y se revisan por seguridad. No incluya nombres ni otros datos de pacientes.
Su profesión
Elija una opción
Médico
Enfermero de práctica avanzada
Asistente médico
Enfermero
Farmacéutico
País en el que ejerce
Estados Unidos
Otro país
Soy profesional sanitario y ejerzo en este país.
Continuar
No soy profesional sanitario
Este servicio no es para usted
Es para profesionales sanitarios de EE. UU. Consulte a su médico o farmacéutico.
Información para pacientes
Volver
Su sesión ha terminado. Confirme de nuevo.
Parece que contiene {kinds}. No incluya nombres ni otros datos de pacientes.
una dirección de correo
un número de teléfono
una fecha completa
un número largo
Cambiar la pregunta
Enviar tal cual
Su pregunta
Respuesta
Respuesta incompleta
Enviando su pregunta
Buscando en {n|# documento|# documentos}
Leyendo {n|# pasaje|# pasajes}
Comprobando cada frase con su fuente
Está tardando más de lo habitual.
Entendido como:
Ahora escribe a {name}.
Fuente {n}: {title}
Fuentes {list}
Fuentes
y
{day} {month} {year}
ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic
versión {version}
en vigor desde {date}
Frases de documentos aprobados; no son consejo para un paciente ni una clasificación de productos.
Recursos relacionados
También puede preguntar
Secciones más cercanas
Respuesta anterior
Copiar
Copiado con sus referencias.
Útil
No útil
Preguntar de nuevo
Intentar de nuevo
Esto puede describir un efecto adverso o un problema con un producto.
Notifíquelo, por favor: {phone}.
También hemos abierto el caso {id} para nuestro equipo de seguridad.
Hemos abierto el caso {id}. Una persona lo estudiará.
Seguridad
La respuesta se cortó. No se fíe de esta parte.
Usted detuvo esta respuesta. El texto anterior no está completo.
No tiene conexión. Su pregunta se conserva aquí.
Vuelve a tener conexión. Ya puede enviar su pregunta.
No pudimos enviarla.
No se pudo aceptar esta pregunta.
Demasiadas preguntas a la vez. Inténtelo de nuevo en {s|# segundo|# segundos}.
Ya puede volver a preguntar.
Guardar la pregunta en un archivo
Buscando fuentes
Respuesta lista, {n|# frase|# frases}, {m|# fuente|# fuentes}
Fuente {n} de {m}
Fuente anterior
Fuente siguiente
Abrir el documento
Fecha de revisión vencida ({date})
Página {n}
Diapositiva {n}
Vídeo, de {from} a {to}
Habla: {name}
Referencias
No se pudo cargar la sección.
Va a salir de este sitio
{host} es de otra entidad, responsable de su contenido y del uso de los datos.
Quedarse aquí
¿Qué estaba mal?
Es incorrecta
Está incompleta
No responde a mi pregunta
La fuente no lo respalda
No está actualizada
Podría ser peligrosa
Otra
Algo que añadir (opcional)
Guardado.
Cambiar
Cancelar
Le responderá un especialista en información médica.
O llame al {phone}
Su nombre
Correo electrónico
Teléfono
Indique un correo electrónico o un teléfono.
Mejor hora para contactarle (opcional)
Pueden usar estos datos para responderme.
Notificar un efecto adverso o problema de producto
Solo el primer campo es necesario. No incluya nombres ni fechas de nacimiento.
Qué ocurrió
Producto (opcional)
Edad o sexo del paciente (opcional)
Cómo está ahora el paciente (opcional)
Pueden contactarme sobre esta notificación.
Gracias. Lo hemos recibido.
Su número de caso es {id}.
Tendrá noticias nuestras antes del {date}.
Nuestro equipo de seguridad lo estudiará y puede contactarle.
La oficina está cerrada. Lo veremos el próximo día laborable.
No se pudo enviar. Lo que escribió sigue aquí.
Valore esta consulta
Credibilidad de la información
Relevancia de la información para mis necesidades
Confianza para aplicar lo aprendido en mi práctica clínica
Muy insatisfecho
Insatisfecho
Neutral
Satisfecho
Muy satisfecho
Omitir
¿Sigue ahí?
Esta consulta se cerrará en 2 minutos para proteger la privacidad en ordenadores compartidos.
Mantenerla abierta
Esta consulta se cerró
No hubo actividad durante 30 minutos.
Esta consulta ha terminado
Se borró de este ordenador.
Guardado el {date}`;
