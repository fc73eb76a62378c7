# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Store do
  @moduledoc """
  Where what a machine stores is kept: JSON objects at places, each a space and a key.

  A store is a struct of a module that implements this behaviour, such as `PacketFlow.FileStore` and `PacketFlow.MemoryStore`.
  """

  @type t :: struct()

  @doc "What is stored at a place; `nil`, once its time has passed."
  @callback get(t(), space :: String.t(), key :: String.t()) :: String.t() | nil
  @doc "Stores an object's text, until a time in milliseconds since the Unix epoch."
  @callback put(t(), space :: String.t(), key :: String.t(), value :: String.t(), expires :: integer() | nil) :: :ok
  @doc "Removes what is stored at a place, if anything is."
  @callback remove(t(), space :: String.t(), key :: String.t()) :: :ok

  @spec get(t(), String.t(), String.t()) :: String.t() | nil
  def get(%module{} = store, space, key), do: module.get(store, space, key)

  @spec put(t(), String.t(), String.t(), String.t(), integer() | nil) :: :ok
  def put(%module{} = store, space, key, value, expires), do: module.put(store, space, key, value, expires)

  @spec remove(t(), String.t(), String.t()) :: :ok
  def remove(%module{} = store, space, key), do: module.remove(store, space, key)

  @doc false
  @spec over?(integer() | nil) :: boolean()
  def over?(expires), do: expires != nil and System.os_time(:millisecond) >= expires
end
