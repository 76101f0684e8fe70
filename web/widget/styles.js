// @ts-check
/**
 * How the widget looks. Serif is the documents' voice, sans serif the assistant's: a reader sees at a glance which words are approved
 * text. Logical properties throughout (right to left), one accent colour, no animation at all.
 */
const CSS = `
.panel{
--ink:light-dark(#12252b,#e7eef0);--soft:light-dark(#48595f,#a9b9be);--paper:light-dark(#fff,#10191c);--wash:light-dark(#f3f6f7,#18252a);
--rule:light-dark(#d8e0e2,#2b3b41);--edge:light-dark(#6c7f86,#7c9198);--accent:var(--medinfo-accent,light-dark(#0a5463,#86cbd8));
--on-accent:light-dark(#fff,#08242b);--tint:light-dark(#e6f0f2,#173138);--mark:light-dark(#fdeeb0,#574708);--mark-edge:light-dark(#9a7400,#e2c04c);
--alarm:light-dark(#8a1c1c,#ffb4a9);--alarm-wash:light-dark(#fcefed,#34191a);--safe:light-dark(#7a4100,#ffc883);--safe-wash:light-dark(#fdf3e4,#33230d);
--focus:var(--medinfo-focus,light-dark(#1257b8,#9cc4ff));
--sans:var(--medinfo-font,"Segoe UI",-apple-system,Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif);
--serif:var(--medinfo-document-font,Charter,"Bitstream Charter","Iowan Old Style",Cambria,"Liberation Serif",Georgia,serif);
display:flex;flex-direction:column;box-sizing:border-box;min-inline-size:0;overflow:hidden;color:var(--ink);background:var(--paper);box-shadow:inset 0 3px var(--accent);
font:400 1rem/1.5 var(--sans);font-variant-numeric:lining-nums;text-align:start;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
.panel *,.panel *::before{box-sizing:border-box}
.launcher{position:fixed;z-index:2147483000;inset-block-end:20px;inset-inline-end:20px;inline-size:27rem;max-inline-size:calc(100vw - 40px);
block-size:min(46rem,100dvh - 40px);border:1px solid var(--rule);border-radius:10px;
box-shadow:inset 0 3px var(--accent),0 2px 6px rgb(8 32 38/.1),0 18px 60px rgb(8 32 38/.22)}
:host([position=start]) .launcher{inset-inline:20px auto}
.inline,.page{block-size:100%;min-block-size:20rem;container-type:inline-size}
.inline{border:1px solid var(--rule);border-radius:10px}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.printer{position:absolute;inline-size:0;block-size:0;border:0}
h2,h3,h4,p,ol,ul,fieldset,details{margin:0;padding:0;border:0;min-inline-size:0}
ol,ul{list-style:none}
b,strong,th{font-weight:600}
button,select,input,textarea{font:inherit;color:inherit;margin:0}
button,.button,summary{display:inline-flex;align-items:center;justify-content:center;min-block-size:44px;padding:0 14px;border:1px solid var(--edge);
border-radius:7px;background:var(--paper);color:var(--ink);font-size:.875rem;font-weight:600;line-height:1.25;text-align:center;text-decoration:none;cursor:pointer}
button:hover,.button:hover,summary:hover{background:var(--tint)}
:is(button,a,summary,input,select,textarea,.log,.passage,.table):focus-visible{outline:3px solid var(--focus);outline-offset:2px}
:is(.log,.passage,textarea):focus-visible{outline-offset:-3px}
h3:focus{outline:0}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.primary:hover{background:color-mix(in srgb,var(--accent) 86%,var(--ink))}
[aria-disabled=true],:disabled{opacity:.6;cursor:not-allowed}
.icon{padding:0;inline-size:44px;flex:none;border-color:transparent;background:none}
svg{inline-size:20px;block-size:20px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round}
a,.link{color:var(--accent);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:3px}
.link{display:inline;min-block-size:24px;padding:0;border:0;background:none;font-weight:600;text-align:start}
.link:hover{background:none;text-decoration-thickness:2px}
.buttons{display:flex;flex-wrap:wrap;gap:8px;align-items:center}

.head{display:flex;align-items:center;gap:4px;padding:9px 8px 6px 20px}
.head h2{flex:1;min-inline-size:0;font-size:1.0625rem;font-weight:650;line-height:1.25;letter-spacing:-.01em}
.strip{display:flex;align-items:center;gap:12px;padding-inline:20px 8px;border-block:1px solid var(--rule);background:var(--wash)}
.strip p{flex:1;min-inline-size:0;padding-block:6px;font-size:.8125rem;line-height:1.35;color:var(--soft)}
.contact{flex:none;border-color:transparent;background:none;color:var(--accent)}
.menu{position:relative;flex:none}
.menu summary{list-style:none;border-color:transparent;padding:0 10px}
.menu summary::-webkit-details-marker{display:none}
.menu ul{position:absolute;z-index:3;inset-block-start:100%;inset-inline-end:0;inline-size:17.5rem;max-inline-size:80vw;padding:6px;background:var(--paper);
border:1px solid var(--edge);border-radius:8px;box-shadow:0 8px 30px rgb(8 32 38/.2)}
.menu button{inline-size:100%;justify-content:start;border:0;font-weight:400;font-size:.9375rem}
.menu .choice{padding:10px 14px;font-size:.9375rem}
.columns{position:relative;display:flex;flex:1;min-block-size:0}
.main{display:flex;flex-direction:column;flex:1;min-inline-size:0;min-block-size:0}
.covered :is(.log,.composer){display:none}
.main[inert]{visibility:hidden}
.log{flex:1;min-block-size:0;position:relative;min-inline-size:0;overflow-y:auto;overscroll-behavior:contain;padding:20px;scroll-padding-block:16px}
.layer{flex:1;overflow-y:auto;padding:20px;min-block-size:0}

.welcome h3,.form h3{font-size:1.25rem;font-weight:650;line-height:1.25;letter-spacing:-.012em;margin-block-end:6px}
.welcome>p{color:var(--soft);margin-block-end:20px}
h4{font-size:.8125rem;font-weight:650;line-height:1.4;color:var(--soft);margin-block-end:6px}
.suggestion{inline-size:100%;justify-content:start;padding:10px 14px;margin-block-end:8px;border-color:var(--rule);font-weight:400;font-size:.9375rem;text-align:start}
.suggestion:hover{border-color:var(--edge)}

.turn{padding-block-end:28px}
.turn+.turn{border-block-start:1px solid var(--rule);padding-block-start:24px}
.answer>:empty{display:none}
.question{padding:10px 14px 12px;margin-block-end:18px;background:var(--wash);border-radius:7px}
.asked{font-size:.8125rem;color:var(--soft)}
.words p{font-weight:600;white-space:pre-wrap}
.title h3{font-size:1.0625rem;font-weight:650;letter-spacing:-.008em;margin-block-end:8px}
.progress{color:var(--soft);font-size:.9375rem}
.progress::before{content:"";display:inline-block;inline-size:.55em;block-size:.55em;margin-inline-end:.6em;border:2px solid var(--accent);border-radius:50%}
.interpreted{font-size:.875rem;color:var(--soft);margin-block-end:12px}
.statements h4{margin-block:18px 8px;color:var(--ink);font-size:.9375rem}
.statement{font:400 1.0625rem/1.62 var(--serif);padding-inline-start:14px;border-inline-start:2px solid var(--accent);margin-block-end:12px;text-wrap:pretty}
.other:not(:empty){margin-block-end:14px;padding-inline-start:14px;border-inline-start:2px solid var(--edge);font-size:.9375rem}
.notice,.limits{font-size:.875rem;color:var(--soft);margin-block-end:12px}
[data-status=refused] .notice{font-size:1rem;color:var(--ink)}
:is([data-status=incomplete],[data-status=stopped]) .statement{border-inline-start-style:dashed;color:var(--soft)}
.cites{white-space:nowrap;margin-inline-start:4px}
.cite{min-block-size:24px;min-inline-size:24px;padding:0 5px;margin-inline-end:3px;vertical-align:.08em;border-color:var(--accent);border-radius:5px;
background:var(--paper);color:var(--accent);font:600 .8125rem/1 var(--sans)}
.cite:hover,.cite[aria-expanded=true]{background:var(--accent);color:var(--on-accent)}
.safety,.fault:not(:empty),.warning:not(:empty),.stale{padding:12px 14px;margin-block-end:16px;border-inline-start:4px solid var(--safe);background:var(--safe-wash);color:var(--safe)}
.safety h4{color:inherit}
.safety p+p{margin-block-start:4px}
.fault:not(:empty){border-color:var(--alarm);background:var(--alarm-wash);color:var(--alarm)}
.answer .fault{display:flex;flex-wrap:wrap;gap:8px}
.fault>p{inline-size:100%}
.sources{margin-block:20px 12px;padding-block-start:14px;border-block-start:1px solid var(--rule)}
.sources>ol>li{margin-block-end:14px;font-size:.9375rem;line-height:1.4}
.sources b,.sources small{display:block}
.sources small{color:var(--soft);font-size:.8125rem}
.sources .link{display:flex;gap:9px;align-items:baseline;justify-content:start;padding-block:5px;font-weight:400;font-size:.875rem;text-decoration:none}
.sources .link span{text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:3px}
.sources .link b{flex:none;min-inline-size:1.2em;font-variant-numeric:tabular-nums}
.resources,.suggestions,.nearest{margin-block:18px 0}
.resources li{padding:10px 14px;margin-block-end:8px;border:1px solid var(--rule);border-radius:7px;font-size:.9375rem}
.resources span{display:block;font-size:.875rem;color:var(--soft)}
.actions{margin-block-start:14px}
.actions button{padding:0 12px;font-size:.8125rem;border-color:var(--rule)}
.actions button:hover{border-color:var(--edge)}
.saved{font-size:.875rem;font-weight:600}
.earlier details{margin-block-end:14px;font-size:.875rem;color:var(--soft)}
.earlier summary{padding:0 12px}
.earlier p{margin-block-start:8px}

.composer{padding:12px 20px 10px;border-block-start:1px solid var(--rule);background:var(--paper)}
.above label,.field label,legend{padding:0;display:block;font-size:.875rem;font-weight:600;margin-block-end:5px}
.above{display:flex;justify-content:space-between;gap:12px}
.above .link{font-size:.875rem;margin-block-start:-3px}
.row{display:flex;gap:8px;align-items:end}
textarea,input:not([type=radio],[type=checkbox]),select{inline-size:100%;min-block-size:44px;padding:10px 12px;border:1px solid var(--edge);border-radius:7px;background:var(--paper);line-height:1.4}
textarea{resize:none;field-sizing:content;max-block-size:9.5rem}
.send,.stop{min-inline-size:76px;font-size:.9375rem}
.counter{font-size:.8125rem;color:var(--soft);margin-block-start:4px}
.counter:empty{display:none}
[aria-invalid=true]{border-color:var(--alarm)!important}
.warning .buttons{margin-block-start:10px}
.foot{display:flex;flex-wrap:wrap;gap:2px 14px;align-items:center;padding:6px 20px max(8px,env(safe-area-inset-bottom));font-size:.75rem;color:var(--soft)}
.foot .link,.foot a{font-size:.75rem;min-block-size:28px;display:inline-flex;align-items:center}

.form{max-inline-size:34rem;margin-inline:auto}
.form>p{margin-block-end:14px}
.form>.again{font-weight:600}
.field,fieldset,.form>.choice{margin-block:16px}
.choice{display:flex;gap:10px;align-items:start;min-block-size:24px;font-size:.9375rem;font-weight:400;cursor:pointer}
.choice input{flex:none;inline-size:20px;block-size:20px;margin:1px 0 0;accent-color:var(--accent)}
.choices{display:grid;gap:4px 14px}
.choices .choice{padding-block:6px}
.why .form{margin-block-start:14px;padding:14px;background:var(--wash);border-radius:7px}
.why h3{display:none}

.source{display:flex;flex-direction:column;position:absolute;z-index:2;inset:0}
.source-head{display:flex;gap:8px;justify-content:space-between;padding:14px 12px 12px 20px;border-block-end:1px solid var(--rule)}
.source-head h3{font-size:1.0625rem;font-weight:650;line-height:1.3}
.place{font-size:.8125rem;color:var(--soft)}
.passage{position:relative;flex:1;overflow-y:auto;padding:16px 20px}
.passage>p{font-size:.875rem;margin-block-end:8px}
.provenance,.hint{color:var(--soft)}
.passage>h4{color:var(--ink);font-size:.9375rem;margin-block:14px 8px}
.original{font:400 1.0625rem/1.62 var(--serif);margin-block-end:20px}
.original>*{margin-block-end:12px}
.original h4{font-family:var(--sans);color:var(--ink)}
.original li{display:list-item;margin-inline-start:1.3em}
.original ul li{list-style:disc}
.original ol li{list-style:decimal}
.original sup{font:600 .68em var(--sans);color:var(--soft);margin-inline-start:2px}
mark{background:var(--mark);color:inherit;box-shadow:0 2px var(--mark-edge);padding-block:1px}
.original mark sup{color:inherit}
.table{overflow-x:auto}
table{border-collapse:collapse;font:400 .875rem/1.45 var(--sans);inline-size:100%}
th,td{padding:7px 10px 7px 0;border-block-end:1px solid var(--rule);text-align:start;vertical-align:top}
.references li{display:list-item;list-style:decimal;margin-inline-start:1.6em;font-size:.875rem;margin-block-end:8px}
.source>.buttons{padding:10px 20px;border-block-start:1px solid var(--rule)}
.source>.buttons:empty{display:none}

dialog{z-index:9;max-inline-size:min(26rem,calc(100vw - 32px));padding:24px;border:1px solid var(--edge);border-radius:10px;background:var(--paper);color:inherit}
dialog::backdrop{background:rgb(8 25 30/.5)}
dialog h3{font-size:1.125rem;margin-block-end:8px}
dialog .buttons{margin-block-start:18px}

@media(min-width:900px){
.launcher.with-source{inline-size:min(58rem,100vw - 40px)}
.launcher .source{position:static;flex:0 0 47%;border-inline-start:1px solid var(--rule)}}
@container(min-width:900px){
.source{position:static;flex:0 0 42%;border-inline-start:1px solid var(--rule)}
.log>*,.composer>*,.layer>*{inline-size:100%;max-inline-size:46rem;margin-inline:auto}
[aria-labelledby=survey-title] .choices{grid-template-columns:repeat(5,1fr)}
[aria-labelledby=survey-title] .choice{flex-direction:column;gap:4px}}
@media(max-width:480px){
.launcher{inset:0!important;inline-size:100%;max-inline-size:none;block-size:100dvh;border-width:0;border-radius:0}
.head{padding-inline-start:16px}
.log,.layer,.passage{padding:16px}.composer,.foot{padding-inline:16px}.strip{padding-inline:16px 2px}.composer{padding-block:8px}.source-head,.source>.buttons{padding-inline-start:16px}.version{display:none}}
@media(prefers-contrast:more){.panel{--soft:var(--ink);--rule:var(--edge)}}
@media(forced-colors:active){
.cite,.suggestion,.actions button{border-color:ButtonText}.statement{border-color:CanvasText}.primary{border-width:2px}
mark{background:Mark;color:MarkText;forced-color-adjust:none}}
@media print{
.panel{position:static!important;block-size:auto!important;inline-size:auto!important;overflow:visible;border:0;box-shadow:none}
.columns,.main,.log{display:block;overflow:visible}
.composer,.foot,`;

/** The colours of one scheme, where a browser cannot choose between two. */
const plain = (/** @type {string} */ css) =>
  CSS_SUPPORTED ? css : css.replace(/light-dark\(([^,()]+),[^()]+\)/g, '$1');
const CSS_SUPPORTED = globalThis.CSS?.supports('color', 'light-dark(red,red)');

export const WIDGET_SHEET = new CSSStyleSheet();
WIDGET_SHEET.replaceSync(plain(CSS));
