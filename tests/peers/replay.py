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


# What is none of these is refused wherever something stands, or is written as the walk writes it.
WRONG = [None, True, 0, -1, 1, 0.5, 1.0, -0.0, 1e-7, 1e300, 2**53 + 1, 2**70, float("nan"), "", "json", "x" * 70000, "\ud800", [], {}, [[]], {"a": 1e-7}, {1: 2}]


def spoiled(vector, message):
    """What is written fast is what the walk writes, whatever the application puts into the objects."""
    places = [(message.envelope, name) for name in message.envelope.__struct_fields__] + [(message, "body")]
    places += [(message.body, name) for name in getattr(message.body, "__struct_fields__", ()) if name != "extra"]
    # Another place and other values in the next message.
    of, name = places[messages % len(places)]
    before = getattr(of, name)
    for value in WRONG[messages % 7 :: 7]:
        setattr(of, name, value)
        if (fast := binding.write(message)) is not None:
            try:
                slow = binding.walk_out(message)
            except (package.Refused, UnicodeEncodeError) as refused:
                slow = json.dumps(str(refused))
            if fast != slow and json.loads(fast) != json.loads(slow):
                differ(f"{vector['name']}, {name} spoiled", fast[:400], slow[:400])
    setattr(of, name, before)


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
    if schema.framed is None:
        spoiled(vector, message)
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
    # Sessions read fast what they can.
    for read in (None, binding.arrived):
        trace = script.replay(schema, vector["script"], read)
        for found, expected in zip(trace, vector["trace"]):
            if found != expected:
                differ(vector["name"], found, expected)
                break
        else:
            if len(trace) != len(vector["trace"]):
                differ(vector["name"], len(trace), len(vector["trace"]))
print(json.dumps({"messages": messages, "streams": streams, "scripts": scripts, "differences": differences}))
sys.exit(1 if differences else 0)
