// @ts-check
/** How the widget looks. Serif is the documents' voice, sans serif the assistant's. Logical properties throughout, one accent colour, no animation at all. */
const CSS = `
.panel{
--ink:light-dark(#12252b,#e7eef0);--soft:light-dark(#48595f,#a9b9be);--paper:light-dark(#fff,#10191c);--wash:light-dark(#f3f6f7,#18252a);
--rule:light-dark(#d8e0e2,#2b3b41);--edge:light-dark(#6c7f86,#7c9198);--accent:var(--medinfo-accent,light-dark(#0a5463,#86cbd8));
--on-accent:light-dark(#fff,#08242b);--tint:light-dark(#e6f0f2,#173138);--mark:light-dark(#fdeeb0,#574708);--mark-edge:light-dark(#9a7400,#e2c04c);
--alarm:light-dark(#8a1c1c,#ffb4a9);--alarm-wash:light-dark(#fcefed,#34191a);--safe:light-dark(#7a4100,#ffc883);--safe-wash:light-dark(#fdf3e4,#33230d);
--focus:var(--medinfo-focus,light-dark(#1257b8,#9cc4ff));
--sans:var(--medinfo-font,"Segoe UI",-apple-system,Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif);
--serif:var(--medinfo-document-font,Charter,"Bitstream Charter","Iowan Old Style",Cambria,"Liberation Serif",Georgia,serif);
--in:20px;--line:1px solid var(--rule);--small:.875rem;--tiny:.8125rem;
display:flex;flex-direction:column;overflow:hidden;color:var(--ink);background:var(--paper);box-shadow:inset 0 3px var(--accent);
font:400 1rem/1.5 var(--sans);font-variant-numeric:lining-nums;text-align:start;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
.panel,.panel *,.panel *::before{box-sizing:border-box}
:where(.panel,.panel *){min-inline-size:0;min-block-size:0}
.launcher{position:fixed;z-index:2147483000;inset-block-end:20px;inset-inline-end:20px;inline-size:27rem;max-inline-size:calc(100vw - 40px);
block-size:min(46rem,100dvh - 40px);border:var(--line);border-radius:10px;box-shadow:inset 0 3px var(--accent),0 2px 6px rgb(8 32 38/.1),0 18px 60px rgb(8 32 38/.22)}
:host([position=start]) .launcher{inset-inline:20px auto}
.inline,.page{block-size:100%;min-block-size:20rem;container-type:inline-size}
.inline{border:var(--line);border-radius:10px}
.unseen,.printer{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
h2,h3,h4,p,ol,ul,fieldset,details{margin:0;padding:0;border:0}
ol,ul{list-style:none}
h2,h3,h4{font-weight:650;line-height:1.3}
h2,h3{font-size:1.0625rem;letter-spacing:-.01em}
h4{font-size:var(--tiny);color:var(--soft);margin-block-end:6px}
b,strong,th{font-weight:600}
button,select,input,textarea{font:inherit;color:inherit;margin:0}
button,.button,summary{display:inline-flex;align-items:center;justify-content:center;min-block-size:44px;padding:0 14px;border:1px solid var(--edge);
border-radius:7px;background:var(--paper);color:var(--ink);font-size:var(--small);font-weight:600;line-height:1.25;text-align:center;text-decoration:none;cursor:pointer}
:is(button,.button,summary):hover{background:var(--tint)}
:is(button,a,summary,input,select,.table):focus-visible{outline:3px solid var(--focus);outline-offset:2px}
:is(.log,.passage,textarea):focus-visible{outline:3px solid var(--focus);outline-offset:-3px}
h3:focus{outline:0}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.primary:hover{background:color-mix(in srgb,var(--accent) 86%,var(--ink))}
[aria-disabled=true],:disabled{opacity:.6;cursor:not-allowed}
.icon,.contact,.menu summary{flex:none;padding:0 10px;border-color:transparent;background:none}
svg{inline-size:22px;block-size:22px;fill:none;stroke:currentColor;stroke-width:2}
a,.link,.sources span{color:var(--accent);text-decoration:underline 1px;text-underline-offset:3px}
.link{display:inline;min-block-size:24px;padding:0;border:0;text-align:start}
.link:hover{background:none;text-decoration-thickness:2px}
.buttons{display:flex;flex-wrap:wrap;gap:8px;align-items:center}

.head,.strip,.row,.above,.foot{display:flex;align-items:center;gap:8px}
.head{padding:9px 8px 6px var(--in)}
h2,.strip p{flex:1}
.strip{padding-inline:var(--in) 8px;border-block:var(--line);background:var(--wash)}
.strip p{padding-block:6px;font-size:var(--tiny);line-height:1.35;color:var(--soft)}
.contact{color:var(--accent)}
.menu{position:relative}
.menu summary{list-style:none}
.menu ul{position:absolute;z-index:3;inset-inline-end:0;inline-size:17.5rem;max-inline-size:80vw;padding:6px;background:var(--paper);border:1px solid var(--edge);border-radius:8px;box-shadow:0 8px 30px rgb(8 32 38/.2)}
.menu button{inline-size:100%;justify-content:start;border:0;font-weight:400}
.menu .choice{padding:10px 14px;font-size:var(--small)}
.columns{position:relative;display:flex;flex:1}
.main,.source{display:flex;flex-direction:column;flex:1}
.covered :is(.log,.composer){display:none}
.main[inert]{visibility:hidden}
.log,.layer,.passage{position:relative;flex:1;overflow-y:auto;overscroll-behavior:contain;padding:var(--in);scroll-padding-block:16px}

.welcome h3,.form h3{font-size:1.25rem;margin-block-end:6px}
.welcome>p{color:var(--soft);margin-block-end:20px}
.suggestion{inline-size:100%;justify-content:start;padding:10px 14px;margin-block-end:8px;border-color:var(--rule);font-weight:400;font-size:.9375rem;text-align:start}
.turn{padding-block-end:28px}
.turn+.turn{border-block-start:var(--line);padding-block-start:24px}
.answer>:empty,.counter:empty,.warning:empty,.fault:empty,.source>:empty{display:none}
.question{padding:10px 14px 12px;margin-block-end:18px;background:var(--wash);border-radius:7px}
.words p{font-weight:600;white-space:pre-wrap}
.title h3{margin-block-end:8px}
.asked,.progress,.limits,.notice,.counter,.place,.provenance,.hint,.interpreted,.earlier,small,.resources span{font-size:var(--tiny);color:var(--soft)}
.progress::before{content:"";display:inline-block;inline-size:.6em;block-size:.6em;margin-inline-end:.6em;border:2px solid var(--accent);border-radius:50%}
.interpreted,.limits,.notice,.earlier details,.person{margin-block-end:12px}
.statements h4{margin-block:18px 8px;color:var(--ink);font-size:.9375rem}
.statement,.original{font:400 1.0625rem/1.62 var(--serif)}
.statement,.other:not(:empty){padding-inline-start:14px;border-inline-start:2px solid var(--accent);margin-block-end:12px}
[data-status=refused] .notice{font-size:1rem;color:var(--ink)}
:is([data-status=incomplete],[data-status=stopped]) .statement{border-inline-start-style:dashed;color:var(--soft)}
.cites{white-space:nowrap;margin-inline-start:4px}
.cite{min-block-size:24px;min-inline-size:24px;padding:0 5px;margin-inline-end:3px;border-color:var(--accent);border-radius:5px;color:var(--accent);font:600 var(--tiny)/1 var(--sans)}
.cite:hover,.cite[aria-expanded=true]{background:var(--accent);color:var(--on-accent)}
.safety,.fault,.warning,.stale{padding:12px 14px;margin-block-end:16px;border-inline-start:4px solid var(--safe);background:var(--safe-wash);color:var(--safe)}
.safety h4{color:inherit}
.fault{border-color:var(--alarm);background:var(--alarm-wash);color:var(--alarm)}
div.fault:not(:empty){display:flex;flex-wrap:wrap;gap:8px}
.fault>p{inline-size:100%}
.sources{margin-block:20px 12px;padding-block-start:14px;border-block-start:var(--line)}
.sources>ol>li{margin-block-end:14px;font-size:.9375rem;line-height:1.4}
.sources li>b,small,.resources span{display:block}
.sources .link{display:flex;gap:9px;padding-block:5px;font-weight:400;text-decoration:none}
.resources,.suggestions,.nearest,.actions{margin-block-start:18px}
.resources li{padding:10px 14px;margin-block-end:8px;border:var(--line);border-radius:7px;font-size:.9375rem}
.actions button{padding:0 12px;font-size:var(--tiny);border-color:var(--rule)}
:is(.actions,.suggestions) button:hover{border-color:var(--edge)}
.saved{font-size:var(--small)}

.composer{padding:12px var(--in) 10px;border-block-start:var(--line)}
label,legend{font-size:var(--small);font-weight:600}
.above{justify-content:space-between;margin-block-end:5px}
.row{align-items:end}
textarea,input:not([type=radio],[type=checkbox]),select{inline-size:100%;min-block-size:44px;padding:10px 12px;border:1px solid var(--edge);border-radius:7px;background:var(--paper);line-height:1.4}
textarea{resize:none;field-sizing:content;max-block-size:9.5rem}
.send,.stop{min-inline-size:76px}
[aria-invalid=true]{border-color:var(--alarm)!important}
.foot{flex-wrap:wrap;gap:2px 14px;padding:6px var(--in) max(8px,env(safe-area-inset-bottom));font-size:.75rem;color:var(--soft)}
.foot .link,.foot a{font-size:inherit;min-block-size:28px;display:inline-flex;align-items:center}

.form{max-inline-size:34rem;margin-inline:auto}
.form>p,.form>.buttons{margin-block:14px}
.again{font-weight:600}
.field,fieldset,.form>.choice{margin-block:16px}
.choice{display:flex;gap:10px;align-items:start;min-block-size:24px;font-weight:400}
.choice input{flex:none;inline-size:20px;block-size:20px;accent-color:var(--accent)}
.choices{display:grid;gap:4px 14px}
.choices .choice{padding-block:6px}
.why .form{margin-block-start:14px;padding:14px;background:var(--wash);border-radius:7px}
.why h3{display:none}

.source{position:absolute;z-index:2;inset:0}
.source-head{display:flex;justify-content:space-between;padding:14px 12px 12px var(--in);border-block-end:var(--line)}
.passage>*,.original>*{margin-block-end:10px}
.original h4{font-family:var(--sans);color:var(--ink)}
.original li,.references li{display:list-item;list-style:decimal;margin-inline-start:1.4em}
.original ul li{list-style:disc}
.references li{font-size:var(--small);margin-block-end:8px}
.original sup{font:600 .68em var(--sans);margin-inline-start:2px}
mark{background:var(--mark);color:inherit;box-shadow:0 2px var(--mark-edge);padding-block:1px}
.table{overflow-x:auto}
table{border-collapse:collapse;font:400 var(--small)/1.45 var(--sans)}
th,td{padding:7px 10px 7px 0;border-block-end:var(--line);text-align:start;vertical-align:top}
.source>.buttons{padding:10px var(--in);border-block-start:var(--line)}

dialog{z-index:9;max-inline-size:min(26rem,100vw - 32px);padding:24px;border:1px solid var(--edge);border-radius:10px;background:var(--paper);color:inherit}
dialog::backdrop{background:rgb(8 25 30/.5)}
dialog>*+*{margin-block-start:14px}

@media(min-width:900px){
.launcher.with-source{inline-size:min(58rem,100vw - 40px)}
.launcher .source{position:static;flex:0 0 47%;border-inline-start:var(--line)}}
@container(min-width:900px){
.source{position:static;flex:0 0 42%;border-inline-start:var(--line)}
.log>*,.composer>*,.layer>*{inline-size:100%;max-inline-size:46rem;margin-inline:auto}
[aria-labelledby=survey-title] .choices{grid-template-columns:repeat(5,1fr)}}
@media(max-width:480px){
.panel{--in:16px}
.launcher{inset:0!important;inline-size:100%;max-inline-size:none;block-size:100dvh;border:0;border-radius:0}
.composer{padding-block:8px}.version{display:none}}
@media(prefers-contrast:more){.panel{--soft:var(--ink);--rule:var(--edge)}}
@media(forced-colors:active){
.cite,.suggestion,.actions button{border-color:ButtonText}.primary{border-width:2px}
mark{background:Mark;color:MarkText;forced-color-adjust:none}}
@media print{
.panel{position:static!important;block-size:auto!important;inline-size:auto!important}
.panel,.columns,.main,.log{display:block;overflow:visible}
.composer,.foot,.strip,.head button,.menu,.actions,.suggestions{display:none!important}}`;

/** The light colours, where a browser cannot choose between two. */
const LIGHT = CSS.replace(/light-dark\(([^,()]+),[^()]+\)/g, '$1');

export const WIDGET_SHEET = new CSSStyleSheet();
WIDGET_SHEET.replaceSync(globalThis.CSS?.supports('color', 'light-dark(red,red)') ? CSS : LIGHT);
