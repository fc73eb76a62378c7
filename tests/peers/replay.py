"""Replays vectors on a generated Python package. Usage: python replay.py SOURCES MODULE VECTORS

Says how many there were, and every difference; ends with 1 if there is one."""

import importlib
import json
import sys

sources, module, vectors = sys.argv[1:4]
sys.path.insert(0, sources)
package = importlib.import_module(module)
part = lambda name: importlib.import_module(f"{module}.{name}")
schema, walk, encode, script = part("tables").SCHEMA, part("runtime.walk"), part("runtime.encode"), part("runtime.script")
binding = part("messages").BINDING
differences = 0


def differ(name, found, expected):
    global differences
    differences += 1
    print(json.dumps({"differs": name, "found": found, "expected": expected}, ensure_ascii=False)[:2000])


def read(vector):
    frame = vector["text"].encode() if "text" in vector else bytes.fromhex(vector["octets"])
    try:
        decoded = walk.decode(schema, frame)
    except package.Refused as refused:
        return {"message": refused.message, "violations": [violation._asdict() for violation in refused.violations]}
    text = encode.encode(schema, decoded)
    # What an application sees and gives back says the same.
    message = binding.message(decoded)
    assert type(message).__schema_name__ == schema.messages[decoded.message].name
    if "toon" not in text and json.loads(package.encode(message)) != json.loads(text):
        differ(f"{vector['name']} (as objects)", package.encode(message), text)
    return {"encoded": text, "message": schema.messages[decoded.message].name}


messages = scripts = 0
for line in open(f"{vectors}/messages.jsonl", encoding="utf-8"):
    vector = json.loads(line)
    messages += 1
    found = {name: value for name, value in read(vector).items() if value}
    expected = {name: vector[name] for name in ("encoded", "message", "violations") if name in vector}
    if found != expected:
        differ(vector["name"], found, expected)
for line in open(f"{vectors}/sessions.jsonl", encoding="utf-8"):
    vector = json.loads(line)
    scripts += 1
    trace = script.replay(schema, vector["script"])
    for found, expected in zip(trace, vector["trace"]):
        if found != expected:
            differ(vector["name"], found, expected)
            break
    else:
        if len(trace) != len(vector["trace"]):
            differ(vector["name"], len(trace), len(vector["trace"]))
print(json.dumps({"messages": messages, "scripts": scripts, "differences": differences}))
sys.exit(1 if differences else 0)
