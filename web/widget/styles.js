// @ts-check
/** How the widget looks. Serif is the documents' voice, sans serif the assistant's. Logical properties throughout, shades mixed from few colours, no animation at all. */
export const WIDGET_SHEET = new CSSStyleSheet();
WIDGET_SHEET.replaceSync(`
.panel{
--ink:light-dark(#12252b,#e7eef0);--paper:light-dark(#fff,#10191c);--accent:var(--medinfo-accent,light-dark(#0a5463,#86cbd8));--focus:var(--medinfo-focus,light-dark(#1257b8,#9cc4ff));
--alarm:light-dark(#8a1c1c,#ffb4a9);--safe:light-dark(#7a4100,#ffc883);--mark:light-dark(#fdeeb0,#574708);
--soft:color-mix(in srgb,var(--ink) 76%,var(--paper));--edge:color-mix(in srgb,var(--ink) 56%,var(--paper));
--rule:color-mix(in srgb,var(--ink) 16%,var(--paper));--wash:color-mix(in srgb,var(--ink) 5%,var(--paper));
--sans:var(--medinfo-font,-apple-system,"Segoe UI",Arial,sans-serif);--serif:var(--medinfo-document-font,Charter,Cambria,serif);
--in:20px;--line:1px solid var(--rule);--small:.875rem;--tiny:.8125rem;
display:flex;flex-direction:column;container-type:inline-size;overflow:hidden;color:var(--ink);background:var(--paper);font:1rem/1.5 var(--sans);overflow-wrap:anywhere}
.panel,.panel *{box-sizing:border-box}
:where(.panel,.panel *){min-inline-size:0;min-block-size:0}
.launcher{position:fixed;z-index:2147483000;inset-block-end:20px;inset-inline-end:20px;inline-size:min(27rem,100vw - 40px);block-size:min(46rem,100dvh - 40px);box-shadow:0 18px 60px rgb(8 32 38/.22)}
:host([position=start]) .launcher{inset-inline:20px auto}
.inline,.page{block-size:100%}
.inline,.launcher{border:var(--line);border-radius:7px}
.unseen,.printer{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
h2,h3,h4,p,ol,ul,fieldset,legend{margin:0;padding:0;border:0}
ol,ul{list-style:none}
h2,h3,h4{line-height:1.3}
h2,h3{font-size:1.0625rem}
h4{font-size:var(--tiny);color:var(--soft);margin-block-end:6px}
button,select,input,textarea{font:inherit;color:inherit;margin:0}
h2,h3,h4,b,button,.button,summary,label,legend,.words,.again{font-weight:600}
button,.button,summary,textarea,select,input:not([type=radio],[type=checkbox]),dialog,.menu ul{min-block-size:44px;border:1px solid var(--edge);border-radius:7px;background:var(--paper)}
button,.button,summary{display:inline-flex;align-items:center;justify-content:center;padding:0 14px;color:var(--ink);font-size:var(--small);line-height:1.25;text-decoration:none;cursor:pointer}
:is(button,.button,summary):hover{background:var(--wash)}
:is(button,a,summary,input,select,.table):focus-visible{outline:3px solid var(--focus);outline-offset:2px}
:is(.log,.passage,textarea):focus-visible{outline:3px solid var(--focus);outline-offset:-3px}
h3:focus{outline:0}
.primary,.primary:hover,.cite:hover,.cite[aria-expanded]{background:var(--accent);border-color:var(--accent);color:var(--paper)}
[aria-disabled],:disabled{opacity:.6}
.icon,.contact,.menu summary{flex:none;padding:0 10px;border-color:transparent;background:none}
.icon{min-inline-size:44px;font-size:1.75rem;font-weight:400}
a,.link,.sources span{color:var(--accent);text-decoration:underline 1px;text-underline-offset:3px}
.link{display:inline;min-block-size:24px;padding:0;border:0;text-align:start}
.buttons,.head,.strip,.row,.above,.foot>*,.fault,.warning,.source-head{display:flex;gap:8px;align-items:center}
.buttons,.fault,.warning,.foot>*{flex-wrap:wrap}

.head{padding:6px 8px 6px var(--in);border-block-start:3px solid var(--accent)}
h2,.strip p,.columns,.main,.log,.layer,.passage{flex:1}
.strip{padding-inline:var(--in) 8px;border-block:var(--line);background:var(--wash)}
.strip p{padding-block:2px}
.contact{max-inline-size:8.75rem;color:var(--accent)}
.menu{position:relative}
.menu summary{list-style:none}
.menu ul{position:absolute;z-index:3;inset-inline-end:0;inline-size:17.5rem;padding:6px}
.menu :is(button,.choice){inline-size:100%;justify-content:start;padding:10px 14px;border:0;font-weight:400}
.columns{position:relative;display:flex}
.main,.source{display:flex;flex-direction:column}
.covered :is(.log,.composer){display:none}
.main[inert]{visibility:hidden}
.log,.layer,.passage{position:relative;overflow-y:auto;overscroll-behavior:contain;padding:var(--in);scroll-padding-block:16px}

.form h3{font-size:1.25rem;margin-block-end:6px}
.welcome h4{margin-block-start:20px}
.suggestion,.resources li{inline-size:100%;justify-content:start;padding:10px 14px;margin-block-end:8px;border:var(--line);border-radius:7px;font-weight:400;text-align:start}
.turn{padding-block-end:24px}
.turn+.turn{border-block-start:var(--line);padding-block-start:24px}
.answer>:empty,:is(.counter,.warning,.fault,.source>*):empty{display:none}
.question,.why .form{padding:10px 14px;margin-block:0 18px;background:var(--wash);border:1px solid transparent;border-radius:7px}
.why{padding-block-start:12px}
.words{white-space:pre-wrap}
.strip p,.asked,.progress,.limits,.notice,.counter,.place,.provenance,.hint,.interpreted,.earlier,small,.resources span{font-size:var(--tiny);color:var(--soft)}
.answer>*,.statements p{margin-block-end:12px}
.statements h4{margin-block:18px 8px;color:var(--ink);font-size:var(--small)}
.statement,.original{font:1.0625rem/1.62 var(--serif)}
.statement{padding-inline-start:14px;border-inline-start:2px solid var(--accent)}
[data-status=refused] .notice{font-size:1rem;color:var(--ink)}
:is([data-status=incomplete],[data-status=stopped]) .statement{border-inline-start-style:dashed;color:var(--soft)}
.cites{white-space:nowrap;margin-inline-start:4px}
.cite{min-block-size:24px;min-inline-size:24px;padding:0 5px;margin-inline-end:3px;border-color:var(--accent);color:var(--accent);font:600 var(--tiny)/1 var(--sans)}
.safety,.fault,.warning,.stale{padding:10px 14px;margin-block-end:16px;border-inline-start:4px solid;background:var(--wash);color:var(--safe)}
.safety h4{color:inherit}
.fault{color:var(--alarm)}
:is(.fault,.warning)>p{inline-size:100%}
.safety p+p,.earlier p{margin-block-start:8px}
.sources{margin-block:20px 12px;padding-block-start:14px;border-block-start:var(--line)}
.sources>ol>li{margin-block-end:14px}
.sources li>b,small,.resources span{display:block}
.sources .link{display:flex;gap:9px;padding-block:5px;font-weight:400;text-decoration:none}
.resources,.suggestions,.nearest,.actions{margin-block-start:18px}
.actions button{font-size:var(--tiny);border-color:var(--rule)}

.composer{padding:12px var(--in) 10px;border-block-start:var(--line)}
label,legend,.saved,.sources,.resources,.references{font-size:var(--small)}
.above{justify-content:space-between;margin-block-end:5px}
.row{align-items:end}
textarea,select,input:not([type=radio],[type=checkbox]){inline-size:100%;padding:10px 14px}
textarea{resize:none;vertical-align:top;field-sizing:content;max-block-size:9.5rem}
.row button{min-inline-size:76px}
[aria-invalid]{border-color:var(--alarm)}
.foot{padding:6px var(--in) max(8px,env(safe-area-inset-bottom));font-size:.75rem;color:var(--soft)}
.foot>*{gap:0 14px;min-block-size:28px}
.foot :is(.link,a){font-size:inherit;line-height:28px}

.form{max-inline-size:34rem;margin-inline:auto}
.form>*{margin-block:14px}
.choice{display:flex;gap:10px;align-items:start;min-block-size:24px;font-weight:400}
.choice input{flex:none;inline-size:20px;block-size:20px;accent-color:var(--accent)}
.choices{display:grid;gap:10px 14px;padding-block:6px}
.why h3{display:none}

.source{position:absolute;z-index:2;inset:0}
.source-head{justify-content:space-between;padding:10px 8px 10px var(--in);border-block-end:var(--line)}
:is(.passage,.original)>*{margin-block-end:10px}
.original p{white-space:pre-line}
.original h4{font-family:var(--sans);color:var(--ink)}
:is(.original,.references) li{list-style:decimal;margin-inline-start:1.4em;margin-block-end:6px}
.original ul li{list-style:disc}
sup{font:600 .68em var(--sans)}
mark{background:var(--mark);color:inherit}
.table{overflow-x:auto}
table{border-collapse:collapse;font:var(--small)/1.45 var(--sans)}
th,td{padding:7px 14px 7px 0;border-block-end:var(--line);text-align:start;vertical-align:top}
.source>.buttons{padding:10px var(--in);border-block-start:var(--line)}

dialog{z-index:9;max-inline-size:min(26rem,100vw - 32px);padding:20px;color:inherit}
dialog::backdrop{background:rgb(8 25 30/.5)}
dialog>*+*{margin-block-start:14px}

.with-source.launcher{inline-size:min(58rem,100vw - 40px)}
@container(min-width:900px){
.source{position:static;flex:0 0 45%;border-inline-start:var(--line)}
.foot{display:flex;justify-content:space-between}
:is(.log,.composer,.layer)>*{inline-size:100%;max-inline-size:46rem;margin-inline:auto}
[aria-labelledby=survey-title]{max-inline-size:none}
[aria-labelledby=survey-title] .choices{grid-template-columns:repeat(5,auto)}}
@media(max-width:480px){
.panel{--in:16px}
.launcher{inset:0!important;inline-size:100%;block-size:100dvh;border:0;border-radius:0}
.version{display:none}}
@media(prefers-contrast:more){.panel{--soft:var(--ink);--rule:var(--edge)}}
@media print{
.panel{position:static!important;block-size:auto!important}
.panel,.columns,.main,.log{display:block;overflow:visible}
.composer,.foot,.strip,.menu,.actions,.suggestions{display:none}}`);
