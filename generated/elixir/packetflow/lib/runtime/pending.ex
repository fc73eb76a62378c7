# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Pending do
  @moduledoc """
  Requests that wait for their answers, each until its deadline: at most so many.

  A request is found by one of its keys, the first kind of them first; of equal ones the oldest.
  """

  alias PacketFlow.Runtime.Decoded

  @enforce_keys [:most]
  defstruct [:most, next: 0, waiting: %{}, deadlines: :gb_sets.new(), by_key: %{}]

  @type keys :: [String.t() | nil]
  @type t :: %__MODULE__{}

  @doc "None wait; at most so many may."
  @spec new(non_neg_integer()) :: t()
  def new(most), do: %__MODULE__{most: most}

  @doc "Whether no further request finds room."
  @spec full?(t()) :: boolean()
  def full?(pending), do: map_size(pending.waiting) >= pending.most

  @doc "Adds a request with its keys, and the moment after which it is too late for an answer."
  @spec add(t(), Decoded.t(), keys(), integer()) :: t()
  def add(pending, request, keys, deadline) do
    serial = pending.next

    by_key =
      Enum.reduce(numbered(keys), pending.by_key, fn place, by_key ->
        Map.update(by_key, place, :gb_sets.singleton(serial), &:gb_sets.add(serial, &1))
      end)

    %{
      pending
      | next: serial + 1,
        waiting: Map.put(pending.waiting, serial, {request, keys, deadline}),
        deadlines: :gb_sets.add({deadline, serial}, pending.deadlines),
        by_key: by_key
    }
  end

  @doc "Takes away the request that one of these keys is of."
  @spec resolve(t(), keys()) :: {Decoded.t() | nil, t()}
  def resolve(pending, keys) do
    case Enum.find(numbered(keys), &is_map_key(pending.by_key, &1)) do
      nil -> {nil, pending}
      place -> remove(pending, :gb_sets.smallest(pending.by_key[place]))
    end
  end

  @doc "When the first is too late."
  @spec deadline(t()) :: integer() | nil
  def deadline(pending) do
    if :gb_sets.is_empty(pending.deadlines), do: nil, else: pending.deadlines |> :gb_sets.smallest() |> elem(0)
  end

  @doc "Takes away the first that is too late now."
  @spec take_due(t(), integer()) :: {Decoded.t() | nil, t()}
  def take_due(pending, now) do
    due = deadline(pending)
    if due != nil and due <= now, do: remove(pending, pending.deadlines |> :gb_sets.smallest() |> elem(1)), else: {nil, pending}
  end

  @doc "All that wait, the oldest first, with their numbers."
  @spec all(t()) :: [{non_neg_integer(), Decoded.t()}]
  def all(pending), do: pending.waiting |> Enum.map(fn {serial, {request, _, _}} -> {serial, request} end) |> Enum.sort_by(&elem(&1, 0))

  @doc "Takes a request away by its number."
  @spec remove(t(), non_neg_integer()) :: {Decoded.t(), t()}
  def remove(pending, serial) do
    {{request, keys, deadline}, waiting} = Map.pop!(pending.waiting, serial)
    by_key = Enum.reduce(numbered(keys), pending.by_key, &without(&2, &1, serial))
    {request, %{pending | waiting: waiting, by_key: by_key, deadlines: :gb_sets.delete({deadline, serial}, pending.deadlines)}}
  end

  defp without(by_key, place, serial) do
    left = :gb_sets.delete(serial, by_key[place])
    if :gb_sets.is_empty(left), do: Map.delete(by_key, place), else: Map.put(by_key, place, left)
  end

  # Keys with what kind they are of, those that are absent left out.
  defp numbered(keys), do: for({key, kind} <- Enum.with_index(keys), key != nil, do: {kind, key})
end
