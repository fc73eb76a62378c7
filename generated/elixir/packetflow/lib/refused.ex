# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Refused do
  @moduledoc "Something is no message, with all that is wrong with it."

  alias PacketFlow.Violation

  defexception violations: [], tag: nil, name: nil, size: 0, readable: %{}

  @typedoc """
  - `violations`: all that is wrong, sorted by pointer and rule; never empty;
  - `tag`: what the tag member said, if it could be read;
  - `name`: the schema's name of the message that the tag names;
  - `size`: the octets of what arrived;
  - `readable`: what could be read of it all the same: short texts and unsigned integers of the outermost two objects, by JSON pointer.
  """
  @type t :: %__MODULE__{
          violations: [Violation.t(), ...],
          tag: String.t() | nil,
          name: String.t() | nil,
          size: non_neg_integer(),
          readable: %{optional(String.t()) => String.t() | non_neg_integer()}
        }

  @impl true
  def message(refused) do
    what = refused.name || "what arrived"
    "#{what} does not conform; " <> Enum.map_join(refused.violations, "; ", &to_string/1)
  end
end
