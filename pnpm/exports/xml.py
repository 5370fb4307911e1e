"""Writing XML piece by piece: any text becomes well-formed."""

from html import escape

from pnpm.markup.standalone import fit_for_xml


def text(value: object) -> str:
    """Return a text as it stands between two tags, or in an attribute in double quotes, without
    what XML has no place for.
    """
    return escape(fit_for_xml(str(value)))


def cdata(value: object) -> str:
    """Return a text as it stands between two tags without being escaped, its own ends of such
    sections split.
    """
    kept = fit_for_xml(str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{kept}]]>"
