# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Pattern do
  @moduledoc "A regular expression as the table of its automaton: one look-up an octet, no backtracking."

  defstruct [:source, :classes, :next, :stride, :accepting]

  @type t :: %__MODULE__{}

  @doc "Reads the table."
  @spec new(map()) :: t()
  def new(table) do
    %__MODULE__{
      source: table["source"],
      classes: List.to_tuple(table["classes"]),
      next: List.to_tuple(table["next"]),
      stride: table["stride"],
      accepting: Map.new(table["accepting"], &{&1, true})
    }
  end

  @doc "Whether the whole text matches."
  @spec matches?(t(), String.t()) :: boolean()
  def matches?(pattern, text), do: run(text, 1, pattern)

  defp run(_, 0, _), do: false

  defp run(<<octet, rest::binary>>, state, pattern),
    do: run(rest, elem(pattern.next, state * pattern.stride + elem(pattern.classes, octet)), pattern)

  defp run("", state, pattern), do: is_map_key(pattern.accepting, state)
end
