#!/bin/sh
# Typeset the PDFs of the corpus, the same bytes every time (for one TeX Live release).
# Usage: ./build.sh            typeset both
#        ./build.sh tides      typeset one
#        ./build.sh truth      typeset both and write truth.json anew (needs PyMuPDF; PYTHON may name the interpreter)
set -eu
cd "$(dirname "$0")"
export SOURCE_DATE_EPOCH=1735689600 FORCE_SOURCE_DATE=1 TZ=UTC LC_ALL=C.UTF-8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
names="tides sundials"
case "${1:-}" in tides|sundials) names=$1 ;; esac
for name in $names; do
    for pass in 1 2 3; do
        pdflatex -interaction=nonstopmode -halt-on-error -output-directory="$work" "$name.tex" \
            >"$work/$name.txt" || { tail -n 40 "$work/$name.txt"; exit 1; }
    done
    grep -E "^(Over|Under)full .(h|v)box|undefined|multiply" "$work/$name.log" || true
    cp "$work/$name.pdf" "$name.pdf"
done
if [ "${1:-}" = truth ]; then
    "${PYTHON:-python3}" make_truth.py --aux "$work"
fi
sha256sum ./*.pdf
