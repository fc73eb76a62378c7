# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What every protocol's package stands on."""
