"""Write truth.json: what the PDFs of the corpus say, taken from their sources and checked against the PDFs.

Usage: python3 make_truth.py --aux DIR

DIR holds the .aux files of the last run of pdflatex (build.sh truth passes it). Every text is looked up in the PDF by
its letters and digits alone; the script stops at the first that is not there.
"""

import argparse
import json
import re
import unicodedata
from pathlib import Path

import pymupdf

HERE = Path(__file__).parent
GAP = "\u0000"  # stands for a formula
OPEN, CLOSE = "\ue000", "\ue001"  # stand around a displayed formula
BLOCKS = "definition theorem proof example exercise solution".split()
LISTS = {"itemize": "bulleted", "enumerate": "numbered", "description": "description"}
LEVELS = {"chapter": 1, "section": 2, "subsection": 3}


# --- reading the source -----------------------------------------------------------------------------------------------


def braces(text, start):
    """Return the content of the braces that open at ``start`` and the position after them."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0) if text[at - 1] != "\\" else 0
        if depth == 0:
            return text[start + 1 : at], at + 1
    raise ValueError("unbalanced braces")


def bare(tex):
    """Return a piece of TeX without the marks around its displayed formulas."""
    return tex.replace(OPEN, "").replace(CLOSE, "")


def labels_of(aux):
    """Return the number printed for every label."""
    return dict(re.findall(r"\\newlabel\{([^}]+)\}\{\{([^{}]*)\}", aux.read_text(encoding="utf-8")))


class Inline:
    """Turn running TeX into plain text, and collect the footnotes, terms and abbreviations in it."""

    def __init__(self, labels):
        self.labels = labels
        self.footnotes, self.terms, self.vague, self.abbreviations = [], [], [], []
        self.note = 0  # number of the last footnote; a chapter starts again from nought

    def plain(self, tex, collect=True):
        out, at = [], 0
        while at < len(tex):
            match = re.compile(r"\\([a-zA-Z]+)\*?").match(tex, at)
            if tex[at] == "$":
                end = tex.index("$", at + 1)
                out.append(GAP)
                at = end + 1
            elif tex[at] == OPEN:
                out.append(GAP)
                at = tex.index(CLOSE, at) + 1
            elif match:
                name, at = match.group(1), match.end()
                if name in ("ref", "eqref", "emph", "textbf", "textit", "term", "vague", "abbr", "footnote", "label", "cite"):
                    inside, at = braces(tex, at)
                    if name in ("ref", "eqref"):
                        number = self.labels[inside]
                        out.append(f"({number})" if name == "eqref" else number)
                    elif name == "footnote":
                        self.note += 1
                        self.footnotes.append({"number": self.note, "text": self.plain(inside, False)})
                    elif name == "abbr":
                        short, at = braces(tex, at)
                        if collect:
                            self.abbreviations.append((self.plain(inside, False), short))
                        out.append(f"{self.plain(inside, False)} ({short})")
                    elif name != "label":
                        if collect and name in ("term", "vague"):
                            (self.terms if name == "term" else self.vague).append(self.plain(inside, False))
                        out.append(self.plain(inside))
                elif name not in ("noindent", "par", "centering", "smallskip", "itshape"):
                    raise ValueError(f"unknown command \\{name}")
            elif tex[at] == "\\":
                out.append({",": " ", "%": "%", "&": "&"}.get(tex[at + 1], GAP))
                at += 2
            else:
                out.append(tex[at])
                at += 1
        text = "".join(out).replace("~", " ").replace("---", "—").replace("--", "–")
        text = text.replace("``", "“").replace("''", "”").replace("'", "’")
        return re.sub(r"\s+", " ", text).strip()


MARK = re.compile(
    r"\\begin\{(?P<begin>[a-z]+\*?)\}|\\end\{(?P<end>[a-z]+\*?)\}|\\(?P<head>chapter|section|subsection)(?P<star>\*?)(?=\{)"
    r"|(?P<blank>\n[ \t]*\n)|(?P<soln>\\soln\b)|(?P<item>\\item\b(?:\[(?P<label>[^\]]*)\])?)|(?P<show>\\\[)"
)


def walk(body):
    """Yield ``(kind, text or record)`` for the parts of a document in order."""
    at, start, stack = 0, 0, []

    def flush(upto):
        text = body[start:upto].strip()
        return [(stack[-1] if stack else "paragraph", text)] if text else []

    while match := MARK.search(body, at):
        name = match.group("begin")
        if name in ("equation", "align", "align*") or match.group("show"):
            close = f"\\end{{{name}}}" if name else "\\]"
            end = body.index(close, match.end()) + len(close)
            shown = f" {OPEN}{body[match.start() : end]}{CLOSE} "
            body = body[: match.start()] + shown + body[end:]
            at = match.start() + len(shown)
            continue
        yield from flush(match.start())
        at = start = match.end()
        if name in ("figure", "table", "table*", "lstlisting", "thebibliography", "titlepage"):
            close = f"\\end{{{name}}}"
            end = body.index(close, at)
            yield name.rstrip("*"), body[at:end]
            at = start = end + len(close)
        elif name in LISTS:
            yield "list", LISTS[name]
            stack.append("loose")
        elif name in BLOCKS:
            yield "open", name
            stack.append(name)
            optional = re.compile(r"\\label\{[^}]*\}").match(body, at)
            at = start = optional.end() if optional else at
        elif name:
            raise ValueError(f"unknown environment {name}")
        elif match.group("end"):
            stack.pop()
        elif match.group("head"):
            title, at = braces(body, at)
            start = at
            yield "heading", (match.group("head"), bool(match.group("star")), title)
        elif match.group("soln"):
            stack[-1] = "worked"
        elif match.group("item"):
            stack[-1] = "item"
            if match.group("label"):
                yield "label", match.group("label")
    yield from flush(len(body))


def sentence_with(text, term):
    """Return the sentence of ``text`` in which ``term`` stands for the first time."""
    for sentence in re.split(r"(?<=[.?!]) (?=[A-Z“])", text):
        if term in sentence:
            return sentence
    raise ValueError(f"no sentence holds {term!r}")


def read(tex, labels):
    """Return the truth that the source holds, without pages."""
    source = re.sub(r"(?m)(?<!\\)%.*\n?", "", tex.read_text(encoding="utf-8"))
    meta = re.search(r"pdftitle=\{([^}]*)\}", source).group(1)
    body = source.split(r"\begin{document}")[1].split(r"\end{document}")[0]
    truth = {"title": meta, "authors": re.search(r"pdfauthor=\{([^}]*)\}", source).group(1).split(" and ")}
    inline = Inline(labels)
    if r"\begin{minipage}" in body:
        abstract = re.search(r"\\textbf\{Abstract\}\\end\{center\}\n(.*?)\\end\{minipage\}", body, re.S).group(1)
        truth["abstract"] = inline.plain(abstract)
        body = body.split(r"\vspace{6mm}]")[1]
    else:
        title_page = re.search(r"\\begin\{titlepage\}.*?\\end\{titlepage\}", body, re.S).group(0)
        truth["title_page"] = re.findall(r"\{\\\S*(?:itshape|bfseries) (.*?)\\par\}|\{(M\. Tarrant)\\par\}", title_page)
        truth["title_page"] = [a or b for a, b in truth["title_page"]]
        body = body.replace(title_page, "")
    body = re.sub(r"\\(frontmatter|mainmatter|makeatletter|makeatother|@starttoc\{toc\})|\\(addcontentsline|markboth)(\{[^}]*\})+", "", body)
    for key in ("headings", "paragraphs", "lists", "tables", "figures", "code", "footnotes", "definitions"):
        truth[key] = []
    for key in ("vague_definitions", "theorems", "examples", "exercises", "abbreviations", "references"):
        truth[key] = []
    paper = r"\chapter" not in body
    counters, numbers, where, solutions, label = {}, [0, 0, 0], None, {}, None

    def count(name):
        counters[name] = counters.get(name, 0) + 1
        scoped = not paper and name in ("definition", "theorem", "example", "figure", "table")
        return f"{numbers[0]}.{counters[name]}" if scoped else str(counters[name])

    def heading(kind, starred, title):
        nonlocal where
        level = LEVELS[kind] - paper
        number = None
        if not starred:
            depth = LEVELS[kind] - 1
            numbers[depth] += 1
            numbers[depth + 1 :] = [0] * (2 - depth)
            number = ".".join(str(n) for n in numbers[paper : depth + 1])
            if kind == "chapter":
                inline.note = 0
                for name in BLOCKS[:4] + ["figure", "table"]:
                    counters.pop(name, None)
        where = inline.plain(title)
        truth["headings"].append({"level": level, "number": number, "title": where})

    number = None
    for kind, value in walk(body):
        if kind == "heading":
            heading(*value)
        elif kind == "list":
            truth["lists"].append({"kind": value, "under": where, "items": []})
        elif kind == "label":
            label = value
        elif kind == "open":
            number = count(value)
            if value == "exercise":
                truth["exercises"].append({"number": number})
            elif value == "example":
                truth["examples"].append({"number": number})
        elif kind in ("figure", "table"):
            inside, _ = braces(value, value.index(r"\caption") + len(r"\caption"))
            record = {"number": count(kind), "caption": inline.plain(inside)}
            if kind == "table":
                cells = re.search(r"\\toprule(.*?)\\bottomrule", value, re.S).group(1).replace(r"\midrule", "")
                rows = [[inline.plain(c) for c in row.split("&")] for row in cells.split(r"\\") if row.strip()]
                record |= {"header": rows[0], "rows": rows[1:]}
            truth[kind + "s"].append(record)
        elif kind == "lstlisting":
            truth["code"].append({"under": where, "text": value.split("\n", 1)[1].rstrip("\n")})
        elif kind == "thebibliography":
            heading("section", True, "References")
            for n, entry in enumerate(re.split(r"\\bibitem\{\w+\}", value)[1:], 1):
                truth["references"].append({"number": n, "text": inline.plain(entry)})
        else:
            text = inline.plain(value)
            if kind == "item":
                truth["lists"][-1]["items"].append(f"{label} {text}" if label else text)
                if label:
                    truth["definitions"].append({"term": label, "sentence": text, "form": "list"})
                    label = None
            elif kind == "exercise":
                truth["exercises"][-1]["question"] = text
            elif kind == "solution":
                solutions[number] = (text, value)
            elif kind == "example":
                truth["examples"][-1]["question"] = text
            elif kind == "worked":
                truth["examples"][-1]["solution"] = text
            elif kind in ("theorem", "proof"):
                if kind == "theorem":
                    truth["theorems"].append({"number": number, "statement_tex": bare(value)})
                else:
                    truth["theorems"][-1]["proof_tex"] = bare(value)
            elif GAP not in text:
                record = {"text": text, "under": where}
                if kind == "definition":
                    record |= {"kind": "definition", "number": number}
                truth["paragraphs"].append(record)
            for term in inline.terms:
                form = "environment" if kind == "definition" else "prose"
                sentence = sentence_with(text, term)
                if GAP not in sentence:
                    truth["definitions"].append({"term": term, "sentence": sentence, "form": form})
            for term in inline.vague:
                truth["vague_definitions"].append({"term": term, "sentence": sentence_with(text, term)})
            inline.terms, inline.vague = [], []
    for exercise in truth["exercises"]:
        text, raw = solutions[exercise["number"]]
        exercise |= {"solution_tex": bare(raw)} if GAP in text else {"solution": text}
    truth["footnotes"] = inline.footnotes
    powers = re.findall(r"([^$]*)\$(\d+)\^\{?(-?\d+)\}?\$", body)
    truth["powers"] = [{"base": b, "exponent": e, "before": inline.plain(text.split("\n")[-1])[-40:]} for text, b, e in powers]
    truth["abbreviations"] = [{"short": short, "long": long_} for long_, short in inline.abbreviations]
    return {key: value for key, value in truth.items() if value}


# --- looking it up in the PDF -----------------------------------------------------------------------------------------


def letters(text):
    """Return the letters and digits of a text."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


class Finder:
    """The characters of a PDF in reading order, without running heads, page numbers and raised marks."""

    def __init__(self, path):
        self.document = pymupdf.open(path)
        self.furniture = []  # running heads and page numbers
        self.body, self.small = [], []  # (letter, page, column, hyphen before at a line's end)
        for page in self.document:
            height, middle = page.rect.height, page.rect.width / 2
            for block in page.get_text("rawdict")["blocks"]:
                hyphen = False
                for line in block.get("lines", ()):
                    top, bottom = line["bbox"][1], line["bbox"][3]
                    if bottom < 52 or top > height - 50:
                        text = "".join(char["c"] for span in line["spans"] for char in span["chars"])
                        self.furniture.append({"page": page.number + 1, "text": text.strip()})
                        continue
                    last = None
                    for span in line["spans"]:
                        target = self.body if span["size"] > 8.5 else self.small if span["size"] > 7.5 else None
                        for char in span["chars"]:
                            for c in unicodedata.normalize("NFKC", char["c"]):
                                if c.isalnum() and target is not None:
                                    target.append((c, page.number + 1, int(char["bbox"][0] > middle), hyphen))
                                    hyphen = False
                                if not c.isspace():
                                    last = c
                    hyphen = last == "-"
        self.text = "".join(item[0] for item in self.body)
        self.notes = "".join(item[0] for item in self.small)

    def find(self, text, start=0):
        """Return the positions of a text's letters in the body, in at most two runs."""
        wanted = letters(text)
        at = self.text.find(wanted, start)
        if at >= 0:
            return list(range(at, at + len(wanted)))
        for cut in range(len(wanted) - 3, 2, -1):
            first = self.text.find(wanted[:cut], start)
            if first >= 0:
                page = self.body[first][1]
                second = self.text.find(wanted[cut:], first + cut)
                if second >= 0 and self.body[second][1] <= page + 1:
                    return [*range(first, first + cut), *range(second, second + len(wanted) - cut)]
        raise SystemExit(f"not in the PDF: {text[:90]!r}")

    def pages(self, text):
        """Return the pages on which a text stands."""
        return sorted({self.body[i][1] for i in self.find(text)})


def broken_words(text, chars):
    """Return the words of a text that the PDF breaks with a hyphen at a line's end."""
    places = [i for i, c in enumerate(text) if c.isalnum()]
    words = []
    for n, char in enumerate(chars):
        if n and char[3] and places[n] == places[n - 1] + 1:
            start = end = places[n]
            while start and (text[start - 1].isalnum() or text[start - 1] in "-’"):
                start -= 1
            while end < len(text) and (text[end].isalnum() or text[end] in "-’"):
                end += 1
            words.append(text[start:end])
    return words


def locate(truth, finder, two_columns):
    """Add the pages to a truth, and check every text of it."""
    at = 0
    for heading in truth["headings"]:
        number = heading["number"] or ""
        prefix = "Chapter" if heading["level"] == 1 and number and not two_columns else ""
        found = finder.find(prefix + number + heading["title"], at)
        at = found[0] + 1
        page = finder.body[found[0]][1]
        heading |= {"page": page}
        if not two_columns:
            heading["label"] = finder.document[page - 1].get_label()
    for paragraph in truth["paragraphs"]:
        chars = [finder.body[i] for i in finder.find(paragraph["text"])]
        paragraph["pages"] = sorted({c[1] for c in chars})
        if len(paragraph["pages"]) > 1:
            paragraph["crosses"] = "page"
        elif two_columns and len({c[2] for c in chars}) > 1:
            paragraph["crosses"] = "column"
        if broken := broken_words(paragraph["text"], chars):
            paragraph["hyphenated"] = broken
    if "abstract" in truth:
        truth["abstract"] = {"text": truth["abstract"], "pages": finder.pages(truth["abstract"])}
    for item in truth.get("title_page", ()):
        finder.find(item)
    for name in truth["authors"]:
        finder.find(name)
    for one in truth["lists"]:
        one["pages"] = sorted({page for item in one["items"] for page in finder.pages(item)})
    for kind in ("figure", "table"):
        for one in truth[kind + "s"]:
            one["pages"] = finder.pages(f"{kind.title()} {one['number']}: {one['caption']}")
            for row in [one.get("header", [])] + one.get("rows", []):
                if row and finder.pages(" ".join(row)) != one["pages"]:
                    raise SystemExit(f"row on another page: {row}")
    for code in truth.get("code", ()):
        code["pages"] = finder.pages(code["text"])
    for note in truth["footnotes"]:
        start = finder.notes.find(letters(note["text"]))
        if start < 0:
            raise SystemExit(f"no such footnote: {note}")
        note["page"] = finder.small[start][1]
    for power in truth["powers"]:
        power["pages"] = finder.pages(power["before"] + power["base"])
    for key in ("definitions", "vague_definitions"):
        for one in truth.get(key, ()):
            text = one["term"] + " " + one["sentence"] if one.get("form") == "list" else one["sentence"]
            one["pages"] = finder.pages(text)
    for one in truth.get("examples", ()):
        one["pages"] = finder.pages(f"Example {one['number']}. {one['question']} Solution. {one['solution']}")
    for one in truth.get("exercises", ()):
        one["question_pages"] = finder.pages(f"Exercise {one['number']}. {one['question']}")
        one["solution_pages"] = finder.pages(f"Solution {one['number']}. {one.get('solution', '')}")
    for one in truth["abbreviations"]:
        one["pages"] = finder.pages(f"{one['long']} ({one['short']})")
    for one in truth.get("references", ()):
        one["pages"] = finder.pages(f"[{one['number']}] {one['text']}")
    for one in truth.get("theorems", ()):
        one["pages"] = finder.pages(f"Theorem {one['number']}. Let")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--aux", type=Path, required=True, help="folder with the .aux files")
    folder = parser.parse_args().aux
    documents = {}
    for name in ("tides", "sundials"):
        truth = read(HERE / f"{name}.tex", labels_of(folder / f"{name}.aux"))
        finder = Finder(HERE / f"{name}.pdf")
        locate(truth, finder, name == "sundials")
        pages = finder.document.page_count
        labels = [page.get_label() or str(page.number + 1) for page in finder.document]
        documents[f"{name}.pdf"] = {"page_count": pages, "page_labels": labels, **truth, "furniture": finder.furniture}
    text = json.dumps(documents, ensure_ascii=False, indent=1)
    (HERE / "truth.json").write_text(text + "\n", encoding="utf-8")
    for name, one in documents.items():
        sizes = ", ".join(f"{len(v)} {k}" for k, v in one.items() if isinstance(v, list))
        print(f"{name}: {sizes}")


if __name__ == "__main__":
    main()
