# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule CTP.Runtime.Remembered do
  @moduledoc "Outcomes that are remembered for a time: so many at most, and so many octets of them."

  alias CTP.Runtime.Work.Outcome

  @enforce_keys [:limits]
  defstruct [:limits, held: 0, next: 0, outcomes: %{}, order: :gb_sets.new()]

  @type t :: %__MODULE__{}

  @doc "Nothing is remembered."
  @spec new(map()) :: t()
  def new(limits), do: %__MODULE__{limits: limits}

  @doc "Remembers an outcome; the oldest make room for it."
  @spec add(t(), integer(), Outcome.t()) :: t()
  def add(%{limits: limits} = remembered, now, outcome) do
    size = size(outcome)
    remembered = expired(remembered, now)

    if limits.remembered == 0 or size > limits.remembered_octets do
      remembered
    else
      remembered = remembered |> forgotten(outcome.id) |> room(size)
      number = remembered.next

      %{
        remembered
        | next: number + 1,
          held: remembered.held + size,
          outcomes: Map.put(remembered.outcomes, outcome.id, {number, now + limits.remember_for, outcome}),
          order: :gb_sets.add({number, outcome.id}, remembered.order)
      }
    end
  end

  @doc "What became of a unit, if that is remembered."
  @spec get(t(), integer(), String.t()) :: {t(), Outcome.t() | nil}
  def get(remembered, now, id) do
    remembered = expired(remembered, now)

    case remembered.outcomes do
      %{^id => {_, _, outcome}} -> {remembered, outcome}
      _ -> {remembered, nil}
    end
  end

  defp room(%{limits: limits} = remembered, size) do
    if remembered.outcomes != %{} and
         (map_size(remembered.outcomes) >= limits.remembered or remembered.held + size > limits.remembered_octets),
       do: remembered |> forgotten(oldest(remembered)) |> room(size),
       else: remembered
  end

  defp expired(%{outcomes: outcomes} = remembered, _) when outcomes == %{}, do: remembered

  defp expired(remembered, now) do
    id = oldest(remembered)
    {_, until, _} = remembered.outcomes[id]
    if until > now, do: remembered, else: remembered |> forgotten(id) |> expired(now)
  end

  defp oldest(remembered), do: remembered.order |> :gb_sets.smallest() |> elem(1)

  defp forgotten(remembered, id) do
    case Map.pop(remembered.outcomes, id) do
      {nil, _} ->
        remembered

      {{number, _, outcome}, outcomes} ->
        order = :gb_sets.delete({number, id}, remembered.order)
        %{remembered | outcomes: outcomes, order: order, held: remembered.held - size(outcome)}
    end
  end

  defp size(%{failure: nil} = outcome), do: 2 * byte_size(outcome.id) + byte_size(outcome.output || "")
  defp size(%{failure: {code, message}} = outcome), do: 2 * byte_size(outcome.id) + byte_size(code) + byte_size(message)
end
