# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Violation do
  @moduledoc "One thing that is wrong with a message."

  @enforce_keys [:pointer, :rule, :expected, :actual]
  defstruct [:pointer, :rule, :expected, :actual, :line, :column]

  @typedoc """
  - `pointer`: where: a JSON pointer (RFC 6901), or a header's name;
  - `rule`: the rule's stable name, such as `required`;
  - `expected`: what the schema allows, in words;
  - `actual`: what stood there, shortened to 64 characters;
  - `line`, `column`: of framed text: the line, and the character in it, from 1.
  """
  @type t :: %__MODULE__{
          pointer: String.t(),
          rule: String.t(),
          expected: String.t(),
          actual: String.t(),
          line: pos_integer() | nil,
          column: pos_integer() | nil
        }

  defimpl String.Chars do
    def to_string(violation) do
      space = if violation.pointer == "", do: "", else: " "
      "#{violation.pointer}#{space}(#{violation.rule}): expected #{violation.expected}, got #{violation.actual}"
    end
  end
end
