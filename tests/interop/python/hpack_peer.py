"""Encodes and decodes header blocks as another implementation does: hpack_peer.py FILE. The file is JSON: {"encode": [{"sizes": [4096], "huffman": true,
"fields": [["name", "value", false]]}], "decode": [{"allowed": 4096, "block": "88"}]}, where a field's third element says that it is never indexed.
Prints one line of JSON: {"blocks": ["88"], "decoded": [[[":status", "200"]]]}, an error of decoding as its text in place of the fields. All blocks to
encode are of one connection, each block to decode is the first of its own. A char is an octet."""

import json
import sys

import hpack


def encode(encoder, block):
    for size in block["sizes"]:
        encoder.header_table_size = size
    fields = [(name.encode("latin-1"), value.encode("latin-1"), never) for name, value, never in block["fields"]]
    return encoder.encode(fields, huffman=block["huffman"]).hex()


def decode(block):
    decoder = hpack.Decoder()
    decoder.max_allowed_table_size = block["allowed"]
    try:
        fields = decoder.decode(bytes.fromhex(block["block"]), raw=True)
    except hpack.HPACKError as error:
        return repr(error)
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in fields]


with open(sys.argv[1], encoding="utf-8") as file:
    work = json.load(file)
connection = hpack.Encoder()
print(json.dumps({
    "blocks": [encode(connection, block) for block in work["encode"]],
    "decoded": [decode(block) for block in work["decode"]],
}))
