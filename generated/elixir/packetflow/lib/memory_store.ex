# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.MemoryStore do
  @moduledoc "Keeps values in an ETS table, as long as the process that made it lives."

  @behaviour PacketFlow.Store

  alias PacketFlow.Store

  @enforce_keys [:table]
  defstruct [:table]

  @type t :: %__MODULE__{table: :ets.table()}

  # How many values are put before what is over is looked for.
  @puts 1_024

  @doc "A store without values."
  @spec new() :: t()
  def new, do: %__MODULE__{table: :ets.new(__MODULE__, [:public, write_concurrency: true, read_concurrency: true])}

  @impl true
  def get(store, space, key) do
    case :ets.lookup(store.table, {space, key}) do
      [{_, value, expires}] -> if Store.over?(expires), do: nil, else: value
      [] -> nil
    end
  end

  @impl true
  def put(store, space, key, value, expires) do
    :ets.insert(store.table, {{space, key}, value, expires})
    if rem(:ets.update_counter(store.table, :puts, 1, {:puts, 0}), @puts) == 0, do: sweep(store)
    :ok
  end

  @impl true
  def remove(store, space, key) do
    :ets.delete(store.table, {space, key})
    :ok
  end

  # What is over goes now and then, so that memory follows what lives.
  defp sweep(store) do
    now = System.os_time(:millisecond)
    :ets.select_delete(store.table, [{{:_, :_, :"$1"}, [{:is_integer, :"$1"}, {:"=<", :"$1", now}], [true]}])
  end
end
