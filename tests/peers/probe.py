"""Says what a generated Python package makes of frames. Usage: python probe.py SOURCES MODULE

A frame a line comes in, in hexadecimal digits; what is made of it goes out as a line of JSON (see tests/tests/random.rs)."""

import importlib
import json
import sys

sources, module = sys.argv[1:3]
sys.path.insert(0, sources)
package = importlib.import_module(module)
binding = importlib.import_module(f"{module}.messages").BINDING
codec = importlib.import_module(f"{module}.runtime.codec")


def judged(frame):
    try:
        message = package.decode(frame)
    except package.Refused as refused:
        plain = [{name: value for name, value in violation._asdict().items() if value is not None} for violation in refused.violations]
        return {"violations": plain} if refused.message is None else {"message": refused.message, "violations": plain}
    # What accepts fast, and the walk that explains, see the same message.
    try:
        decoded = codec.decode(binding.schema, frame)
    except package.Refused as refused:
        return {"accepted": repr(message), "refused": str(refused)}
    if binding.message(decoded) != message:
        return {"walk": repr(binding.message(decoded)), "decode": repr(message)}
    # And both write the same.
    try:
        fast = binding.write(message)
        slow = codec.encode(binding.schema, binding.decoded(message))
    except (ValueError, package.Refused):
        # JSON that Python has no number for is carried, but not made.
        fast = slow = None
    if fast is not None and fast != slow and json.loads(fast) != json.loads(slow):
        return {"walk": slow, "encode": fast}
    return {"message": message.__schema_name__, "encoded": codec.encode(binding.schema, decoded)}


for line in sys.stdin:
    print(json.dumps(judged(bytes.fromhex(line))))
