# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Decoded do
  @moduledoc """
  A message as the walk reads it, and as an application asks to send it: its index, what the tag says, the envelope's members and the body.

  Of what an application asks to send only what is said stands there; the rest is filled in by defaults and by the state's stamps.
  `lengths` are those of framed text that disagree, which an advisory reader reports.
  """

  alias PacketFlow.Runtime.Values

  @enforce_keys [:message, :tag, :envelope, :body]
  defstruct [:message, :tag, :envelope, :body, :lengths]

  @type t :: %__MODULE__{
          message: non_neg_integer(),
          tag: String.t(),
          envelope: Values.members(),
          body: Values.t(),
          lengths: map() | nil
        }
end
