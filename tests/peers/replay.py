"""Replays vectors on a generated Python package. Usage: python replay.py SOURCES MODULE VECTORS

Says how many there were, and every difference; ends with 1 if there is one."""

import importlib
import json
import sys

sources, module, vectors = sys.argv[1:4]
sys.path.insert(0, sources)
package = importlib.import_module(module)
part = lambda name: importlib.import_module(f"{module}.{name}")
schema, codec, script, split = part("tables").SCHEMA, part("runtime.codec"), part("runtime.script"), part("runtime.split")
binding = part("messages").BINDING
differences = 0


def differ(name, found, expected):
    global differences
    differences += 1
    print(json.dumps({"differs": name, "found": found, "expected": expected}, ensure_ascii=False)[:2000])


def plain(violation):
    return {name: value for name, value in violation._asdict().items() if value is not None}


def read(vector):
    strict = {"strict": True, "advisory": False, None: None}[vector.get("mismatch")]
    frame = vector["text"].encode() if "text" in vector else bytes.fromhex(vector["octets"])
    try:
        decoded = codec.decode(schema, frame, strict)
    except package.Refused as refused:
        return {"message": refused.message, "violations": [plain(violation) for violation in refused.violations]}
    text = codec.encode(schema, decoded)
    # What an application sees and gives back says the same.
    message = package.decode(frame) if strict is None else binding.message(decoded)
    assert type(message).__schema_name__ == schema.messages[decoded.message].name
    again = package.encode(message)
    if again != text if schema.framed else "toon" not in text and json.loads(again) != json.loads(text):
        differ(f"{vector['name']} (as objects)", again, text)
    lengths = decoded.lengths and decoded.lengths._asdict()
    return {"encoded": text, "message": schema.messages[decoded.message].name, "lengths": lengths}


def cut(vector):
    strict = vector["mismatch"] == "strict"
    splitter = split.Splitter(schema.framed, schema.limits.message, strict)
    for step in vector["steps"]:
        came, take = [], splitter.finish if step == "finish" else splitter.pause
        if isinstance(step, dict):
            splitter.push(bytes.fromhex(step["octets"]))
            take = splitter.next
        try:
            while (frame := take()) is not None:
                came.append({"frame": [frame.octets.hex(), frame.lengths and frame.lengths._asdict()]})
        except split.Broken as broken:
            try:
                codec.decode(schema, broken.octets, strict)
            except package.Refused as refused:
                came.append({"broken": plain(refused.violations[0])})
        yield came


messages = streams = scripts = 0
for line in open(f"{vectors}/messages.jsonl", encoding="utf-8"):
    vector = json.loads(line)
    messages += 1
    found = {name: value for name, value in read(vector).items() if value}
    expected = {name: vector[name] for name in ("encoded", "message", "violations", "lengths") if name in vector}
    if found != expected:
        differ(vector["name"], found, expected)
for line in open(f"{vectors}/streams.jsonl", encoding="utf-8"):
    vector = json.loads(line)
    streams += 1
    if (found := list(cut(vector))) != vector["came"]:
        differ(vector["name"], found, vector["came"])
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
print(json.dumps({"messages": messages, "streams": streams, "scripts": scripts, "differences": differences}))
sys.exit(1 if differences else 0)
