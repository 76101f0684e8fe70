// @ts-check
/** Every word the widget shows, in English, and the translator. `{name}` is a value; `{n|one|other}` the form for one or for any other number, `#` the number. */
/** @import {Translate} from '../contract/types' */

/** A line each: its key, its words. `strings-es.js` has the lines of another language in this order. */
const LINES = `
title Medical information assistant
subtitle Automated. Approved documents only.
contact Contact a person
menu Menu
close Close
newChat New chat
print Print
saveText Save as text
savePdf Save as PDF
saveData Save as data (JSON)
endChat End chat
aloud Read answers aloud as they arrive
whole Show answers when complete
demonstration Demonstration, not medically reviewed.
conversation Conversation
empty Ask about treatment after progression, endocrine therapy or resistance. Every answer shows its sources.
starters Questions to start with
question Your question
send Send
stop Stop
left {n|# character|# characters} left
over {n|# character|# characters} too many
latest Go to latest
toStart Go to start of answer
jurisdiction US healthcare professionals only
report Report a side effect
privacy Privacy
version Content {version}
gateTitle Before you start
gate This service is for US healthcare professionals. An automated assistant answers from approved documents. It can be wrong: check the source before you act. Chats are stored and reviewed for safety. Please leave out names and other patient details.
profession Your profession
choose Choose one
physician Physician
nurse_practitioner Nurse practitioner
physician_assistant Physician assistant
nurse Nurse
pharmacist Pharmacist
country Country you practice in
us United States
elsewhere Another country
attest I am a healthcare professional and I practice in this country.
continue Continue
notHcp I am not a healthcare professional
declinedTitle This service is not for you
declined It is for US healthcare professionals. Please ask your doctor or pharmacist.
patientPage Information for patients
back Back
sessionOver Your session has ended. Please confirm again.
identifiers This looks like it holds {kinds}. Please leave out names and other patient details.
email an e-mail address
phone a phone number
date a full date
number a long number
edit Edit the question
sendAnyway Send as it is
asked You asked
answer Answer
answerPart Answer, not complete
sending Sending your question
searching Looking through {n|# approved document|# approved documents}
reading Reading {n|# passage|# passages}
checking Checking each sentence against its source
slow This is taking longer than usual.
interpreted Understood as:
writingTo You are now writing to {name}.
sourceN Source {n}: {title}
sourceGroup Sources {list}
sources Sources
and and
calendar {month} {day}, {year}
months Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec
docVersion version {version}
effective effective {date}
limits Statements of approved documents, not advice for one patient and no ranking of products.
resources Related resources
suggestions You could also ask
nearest Closest sections
earlier Earlier answer
copy Copy
copied Copied with its references.
helpful Helpful
notHelpful Not helpful
askAgain Ask again
tryAgain Try again
safety This may describe a side effect or a product problem.
safetyCall Please report it: {phone}.
safetyCase We have also opened case {id} for our safety team.
otherCase We have opened case {id}. A person will look at it.
safetyTitle Safety
incomplete The answer was cut off. Do not rely on this part.
stopped You stopped this answer. The text above is not complete.
offline You are offline. Your question is kept here.
online You are online again. Your question can be sent.
failed We could not send this.
failedFinal This question could not be taken.
limited Too many questions at once. Try again in {s|# second|# seconds}.
limitOver You can ask again now.
keepDraft Save the question as a file
looking Looking for sources
ready Answer ready, {n|# sentence|# sentences}, {m|# source|# sources}
passageOf Source {n} of {m}
previousSource Previous source
nextSource Next source
openDocument Open document
stale Past its review date ({date})
page Page {n}
slide Slide {n}
video Video, {from} to {to}
speaker Speaker: {name}
references References
passageFailed The section could not be loaded.
exitTitle You are leaving this site
exit {host} is run by someone else, who is responsible for what it says and how it uses data.
stay Stay here
feedbackTitle What was wrong?
wrong It is wrong
incompleteReason It is incomplete
not_my_question It does not answer my question
unsupported The source does not support it
out_of_date It is out of date
unsafe It could be unsafe
other Other
comment Anything to add (optional)
saved Saved.
change Change
cancel Cancel
contactText A medical information specialist will reply.
call Or call {phone}
yourName Your name
yourEmail E-mail
yourPhone Phone
oneOf Give an e-mail address or a phone number.
bestTime Best time to reach you (optional)
consent You may use these details to reply to me.
reportTitle Report a side effect or product problem
reportText Only the first field is needed. Leave out names and birth dates.
whatHappened What happened
product Product (optional)
patient Age or sex of the patient (optional)
outcome How the patient is now (optional)
mayContact You may contact me about this report.
receiptTitle Thank you. We have it.
receiptCase Your case number is {id}.
receiptDue You will hear from us by {date}.
receiptSafety Our safety team will look at it and may contact you.
outOfHours Our office is closed. We will look at it on the next working day.
formFailed This could not be sent. What you wrote is still here.
surveyTitle How satisfied are you with this chat?
credibility Credibility of information
relevance Relevance of the information to my needs
confidence Confidence to implement the learnings in my clinical practice
level1 Very dissatisfied
level2 Dissatisfied
level3 Neutral
level4 Satisfied
level5 Very satisfied
skip Skip
expiringTitle Still there?
expiring This chat closes in 2 minutes to protect privacy on shared computers.
keepOpen Keep it open
expiredTitle This chat was closed
expired Nothing happened for 30 minutes.
endedTitle This chat has ended
ended It was removed from this computer.
savedAt Saved {date}`;

/** @type {Record<string, string>} */
export const EN = Object.fromEntries(LINES.trim().split('\n').map((line) => line.split(/ (.*)/)));

/** @param {string} locale */
export const directionOf = (locale) => (/^(?:ar|fa|he|ur)\b/.test(locale) ? 'rtl' : 'ltr');

/**
 * A missing word is English; a missing value is a fault of the caller.
 * @param {string} locale BCP 47
 * @param {string} lines of another language
 * @returns {Translate}
 */
export function createTranslator(locale, lines = '') {
  const words = { ...EN };
  if (lines) lines.trim().split('\n').forEach((line, i) => { words[Object.keys(EN)[i]] = line; });
  return (key, values = {}) => {
    if (!(key in words)) throw new RangeError(`no words for ${key}`);
    return words[key].replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (_, name, one, other) => {
      const value = /** @type {any} */ (values[name]);
      if (value === undefined) throw new RangeError(`${key} needs ${name}`);
      if (one === undefined) return String(value);
      return (value === 1 ? one : other).replace('#', value > 999 ? value.toLocaleString(locale) : value);
    });
  };
}

/** @param {string} locale English where there is no file for its language */
export const loadTranslator = async (locale) =>
  createTranslator(locale, /^es\b/.test(locale) ? (await import('./strings-es.js')).ES : '');
