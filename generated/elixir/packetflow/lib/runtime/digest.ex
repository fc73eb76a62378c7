# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Digest do
  @moduledoc "Digests of lists of records: sorted, joined and hashed as their tables say."

  alias PacketFlow.Runtime.Evaluate
  alias PacketFlow.Runtime.Formats
  alias PacketFlow.Runtime.Values

  @doc "The digest of a list."
  @spec of(map(), [Values.t()]) :: String.t()
  def of(%{empty: empty}, []) when empty != nil, do: empty

  def of(table, items) do
    sorted = Enum.sort_by(items, fn item -> Enum.map(table.sort, &order(item, &1)) end)
    joined = for item <- sorted, name <- table.join, do: text(item, name)
    hash = :sha256 |> :crypto.hash(joined) |> Base.encode16(case: :lower)
    table.prefix <> binary_part(hash, 0, table.digits)
  end

  defp order(item, [name, true]), do: item |> member(name) |> Evaluate.integer()
  defp order(item, [name, false]), do: text(item, name)

  defp text(item, name) do
    case member(item, name) do
      text when is_binary(text) -> if Formats.uuid?(text), do: String.downcase(text), else: text
      value -> Evaluate.key_text(value)
    end
  end

  defp member(item, name) do
    case Values.member(item, name) do
      {:ok, value} -> value
      :error -> nil
    end
  end
end
