"""QTI files made for the tests: small items in the names of 2.1 or 3.0, items of 1.2, packages."""

import io
import re
import zipfile

V2 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
V3 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
HTML = {"p", "div", "br", "img", "math", "mfrac", "mn", "b", "table", "tr", "td", "object"}
MATCH = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'


def declared(
    *values: str, name: str = "RESPONSE", cardinality: str = "single", base: str = "identifier", more: str = ""
):
    right = "".join(f"<value>{value}</value>" for value in values)
    correct = f"<correctResponse>{right}</correctResponse>" if values else ""
    attributes = f'identifier="{name}" cardinality="{cardinality}" baseType="{base}"'
    return f"<responseDeclaration {attributes}>{correct}{more}</responseDeclaration>"


def mapping(default: str = "0", **points: str) -> str:
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in points.items())
    return f'<mapping defaultValue="{default}">{entries}</mapping>'


def item2(body: str, *declarations: str, after: str = MATCH, identifier: str = "item-1", more: str = "") -> bytes:
    """An item of 2.1."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><assessmentItem xmlns="{V2}" identifier="{identifier}" title="题"'
        f' adaptive="false" timeDependent="false" {more}>{"".join(declarations)}<outcomeDeclaration identifier="SCORE"'
        f' cardinality="single" baseType="float"/><itemBody>{body}</itemBody>{after}</assessmentItem>'
    ).encode()


def item3(data: bytes) -> bytes:
    """The same item in the names of 3.0."""

    def kebab(name: str) -> str:
        return re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)

    def renamed(found: re.Match[str]) -> str:
        slash, tag, rest = found[1], found[2], found[3]
        if tag in HTML:
            return found[0]
        return f"<{slash}qti-{kebab(tag)}{re.sub(r'(?<= )[A-Za-z]+(?==)', lambda name: kebab(name[0]), rest)}>"

    text = data.decode().replace(V2, V3)
    return re.sub(r"<(/?)([A-Za-z]+)((?:\s[^<>]*)?)>", renamed, text).encode()


def choice(*options: str, most: int = 1, prompt: str = "选什么？", name: str = "RESPONSE") -> str:
    listed = "".join(f'<simpleChoice identifier="{text[0]}">{text}</simpleChoice>' for text in options)
    inside = f"<prompt>{prompt}</prompt>" if prompt else ""
    return f'<choiceInteraction responseIdentifier="{name}" shuffle="true" maxChoices="{most}">{inside}{listed}</choiceInteraction>'


def packed(members: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def manifest(*resources: str, base: str = "") -> str:
    attribute = f' xml:base="{base}"' if base else ""
    return (
        '<?xml version="1.0"?><manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="M">'
        f"<metadata/><organizations/><resources{attribute}>{''.join(resources)}</resources></manifest>"
    )


def resource(path: str, kind: str = "imsqti_item_xmlv2p1") -> str:
    name = re.sub(r"\W", "-", path)
    return f'<resource identifier="R-{name}" type="{kind}" href="{path}"><file href="{path}"/></resource>'


def item1(presentation: str, conditions: str = "", *, kind: str = "", identifier: str = "q1", more: str = "") -> str:
    """An item of 1.2, without its root."""
    label = (
        f"<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>"
    )
    metadata = f"<itemmetadata><qtimetadata>{label}</qtimetadata></itemmetadata>" if kind else ""
    return (
        f'<item ident="{identifier}" title="Question">{metadata}<presentation>{presentation}</presentation>'
        f"<resprocessing>{conditions}</resprocessing>{more}</item>"
    )


def file1(*items: str, around: str = "{}") -> bytes:
    inside = around.format("".join(items))
    return f'<?xml version="1.0" encoding="UTF-8"?><questestinterop>{inside}</questestinterop>'.encode()


def said(text: str) -> str:
    return f"<material><mattext>{text}</mattext></material>"


def listed(name: str, *options: str, many: str = "Single", label: str = "") -> str:
    labels = "".join(f'<response_label ident="{text[0]}">{said(text)}</response_label>' for text in options)
    head = said(label) if label else ""
    return f'<response_lid ident="{name}" rcardinality="{many}">{head}<render_choice>{labels}</render_choice></response_lid>'


def when(test: str, points: str, action: str = "Set", more: str = "") -> str:
    return (
        f'<respcondition><conditionvar>{test}</conditionvar><setvar varname="SCORE" action="{action}">{points}</setvar>'
        f"{more}</respcondition>"
    )


def equal(name: str, value: str) -> str:
    return f'<varequal respident="{name}">{value}</varequal>'
