"""Why the types of Moodle that none of our kinds can hold are not taken."""

from question_bank.errors import N_

_COMPUTED = N_("Its numbers are drawn anew and computed for every candidate.")
_PICTURE = N_("It is answered by dragging or marking on a picture.")
_FORMULA = N_("Its answer is a formula or a program that a machine evaluates.")
_TABLE = N_("It is a table of statements, each judged by itself.")
_FILE = N_("It is answered by a recording or a file.")

REFUSALS: dict[str, str] = {
    "description": N_("This is a text without a question (a description)."),
    "random": N_("This draws a question at random from a category."),
    "randomsamatch": N_("This makes a matching at random from short answers."),
    "calculated": _COMPUTED,
    "calculatedsimple": _COMPUTED,
    "calculatedmulti": _COMPUTED,
    "formulas": _COMPUTED,
    "varnumeric": _COMPUTED,
    "varnumericset": _COMPUTED,
    "ddmarker": _PICTURE,
    "ddimageortext": _PICTURE,
    "imagetarget": _PICTURE,
    "drawing": _PICTURE,
    "geogebra": _PICTURE,
    "stack": _FORMULA,
    "algebra": _FORMULA,
    "coderunner": _FORMULA,
    "jme": _FORMULA,
    "pmatch": _FORMULA,
    "regexp": _FORMULA,
    "opaque": _FORMULA,
    "matrix": _TABLE,
    "recordrtc": _FILE,
    "fileresponse": _FILE,
}
UNKNOWN = N_("The type “%(found)s” of Moodle has no counterpart among our kinds.")
