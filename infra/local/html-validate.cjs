// How the pages are checked: every recommended rule, less these.
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    "doctype-style": "off", // <!doctype html> may be written in either case
    "long-title": "off", // the title of a notice is what staff have to say
    "tel-non-breaking": "off", // the style sheet keeps numbers together, and they are copied as they are dialled
    "valid-id": ["error", { relaxed: true }], // HTML allows ids in Chinese and ids that begin with a digit
  },
};
