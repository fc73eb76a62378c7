# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Window do
  @moduledoc "The last texts of a member that must not repeat."

  defstruct [:capacity, order: :queue.new(), known: MapSet.new()]

  @opaque t :: %__MODULE__{capacity: non_neg_integer(), order: :queue.queue(String.t()), known: MapSet.t(String.t())}

  @doc "A window without texts."
  @spec new(non_neg_integer()) :: t()
  def new(capacity), do: %__MODULE__{capacity: capacity}

  @doc "Whether the text is new; if so it is remembered."
  @spec insert(t(), String.t()) :: {boolean(), t()}
  def insert(window, text) do
    cond do
      MapSet.member?(window.known, text) -> {false, window}
      window.capacity == 0 -> {true, window}
      true -> {true, remembered(room(window), text)}
    end
  end

  defp remembered(window, text), do: %{window | order: :queue.in(text, window.order), known: MapSet.put(window.known, text)}

  defp room(window) do
    if MapSet.size(window.known) >= window.capacity do
      {{:value, oldest}, order} = :queue.out(window.order)
      %{window | order: order, known: MapSet.delete(window.known, oldest)}
    else
      window
    end
  end
end
