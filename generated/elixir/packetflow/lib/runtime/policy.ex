# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Policy do
  @moduledoc """
  What decides on claims, and counts: for all connections of an endpoint together, in bounded memory.

  It is a value; whoever shares it between processes keeps it in one and lends it for a step (see `share/1` and `lend/2`), so that asking and
  counting are not torn apart.
  """

  defstruct registry: %{}, meters: %{}

  @typedoc "Agents that are known, each with the name of its tier and its key, and what was counted."
  @type t :: %__MODULE__{registry: %{optional(String.t()) => map()}, meters: map()}
  @type rate :: %{limit: non_neg_integer(), window: integer() | String.t()}

  @doc "What knows these agents: each a map of `tier` and, where the tier takes one, `key`."
  @spec new(%{optional(String.t()) => map()} | nil) :: t()
  def new(registry \\ nil) do
    known =
      for {agent, facts} <- registry || %{},
          into: %{},
          do: {to_string(agent), Map.new(facts, fn {name, fact} -> {to_string(name), fact} end)}

    %__MODULE__{registry: known}
  end

  @doc "The level that an agent is granted: the lower of its claim and of what it is allowed."
  @spec grant(t(), [map()], String.t(), non_neg_integer(), String.t() | nil) :: non_neg_integer()
  def grant(policy, tiers, agent, level, key), do: level |> max(allowed(policy, tiers, agent, key)) |> min(length(tiers) - 1)

  defp allowed(policy, tiers, agent, key) do
    free = tiers |> Enum.with_index() |> Enum.reduce(0, fn {tier, index}, free -> if tier.by_key, do: index + 1, else: free end)
    known = Map.get(policy.registry, agent, %{})

    case Enum.find_index(tiers, &(&1.name == known["tier"])) do
      nil -> free
      level -> if shows?(known["key"], key), do: level, else: max(level, free)
    end
  end

  # In a time that says nothing of the key.
  defp shows?(expected, key) when is_binary(expected) and is_binary(key),
    do: :crypto.hash(:sha256, expected) == :crypto.hash(:sha256, key)

  defp shows?(_, _), do: false

  @doc "Milliseconds until a meter admits one more. It counts nothing."
  @spec wait(t(), map(), String.t(), rate(), integer()) :: {non_neg_integer(), t()}
  def wait(policy, meter, key, rate, now) do
    case policy.meters[meter.name] do
      %{logs: %{^key => log}} = counted ->
        limit = max(rate.limit, 1)
        oldest = if length(log.times) >= limit, do: Enum.at(log.times, limit - 1)
        wait = if oldest, do: max(oldest + whole(rate.window) - now, 0), else: 0
        {wait, put(policy, meter, used(counted, key, log))}

      _ ->
        {0, policy}
    end
  end

  @doc "Counts one."
  @spec count(t(), map(), String.t(), rate(), integer()) :: t()
  def count(policy, meter, key, rate, now) do
    counted = Map.get(policy.meters, meter.name, %{logs: %{}, order: :gb_sets.new(), next: 0})
    counted = if is_map_key(counted.logs, key), do: counted, else: room(counted, max(meter.last, 1))
    log = Map.get(counted.logs, key, %{times: [], most: 0, at: nil})
    most = max(log.most, max(rate.limit, 1))
    put(policy, meter, used(counted, key, %{log | most: most, times: [now | Enum.take(log.times, most - 1)]}))
  end

  @doc "A process that keeps a policy for all connections of an endpoint."
  @spec share(t()) :: {:ok, pid()}
  def share(policy), do: Agent.start_link(fn -> policy end)

  @doc "Lends the shared policy to a function that gives back its result and the policy."
  @spec lend(pid(), (t() -> {result, t()})) :: result when result: term()
  def lend(shared, step), do: Agent.get_and_update(shared, step, :infinity)

  defp put(policy, meter, counted), do: %{policy | meters: Map.put(policy.meters, meter.name, counted)}

  # The key is the one that was used last.
  defp used(counted, key, log) do
    order = if log.at, do: :gb_sets.delete({log.at, key}, counted.order), else: counted.order
    order = :gb_sets.add({counted.next, key}, order)
    %{counted | logs: Map.put(counted.logs, key, %{log | at: counted.next}), order: order, next: counted.next + 1}
  end

  defp room(counted, most) when map_size(counted.logs) < most, do: counted

  defp room(counted, _) do
    {{_, oldest}, order} = :gb_sets.take_smallest(counted.order)
    %{counted | logs: Map.delete(counted.logs, oldest), order: order}
  end

  defp whole(text) when is_binary(text), do: String.to_integer(text)
  defp whole(number), do: number
end
