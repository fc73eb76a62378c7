# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Transport do
  @moduledoc """
  How frames travel. A transport is a value of the module that implements this behaviour, owned by one process.

  What the runtime tells that process of it goes through `c:handle/2`; after it is taken, `c:resume/1` lets more come.
  """

  alias PacketFlow.Runtime.Endpoint
  alias PacketFlow.Runtime.FramedStream
  alias PacketFlow.Runtime.Lines
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.WebSocket

  @type t :: struct()
  @type event ::
          {:frame, binary()}
          | {:oversized, octets :: non_neg_integer()}
          | {:late, octets :: non_neg_integer()}
          | {:closed, reason :: String.t()}

  @doc "Opens one to an address. It may take ten seconds."
  @callback dial(Endpoint.t(), URI.t(), Schema.t(), keyword() | nil) :: {:ok, t()} | {:error, String.t()}
  @doc "Makes one of an accepted stream."
  @callback accept(Endpoint.t(), :gen_tcp.socket(), Schema.t(), keyword() | nil) :: {:ok, t()} | {:error, String.t()}
  @doc "What has come already, and lets more come."
  @callback attach(t()) :: {[event()], t()}
  @doc "What a message of the runtime says."
  @callback handle(t(), term()) :: {[event()], t()} | :other
  @doc "Lets more come."
  @callback resume(t()) :: :ok
  @doc "Sends one frame."
  @callback send(t(), iodata()) :: :ok | {:error, String.t()}
  @doc "Gives it to another process."
  @callback give(t(), pid()) :: :ok | {:error, term()}
  @doc "Closes in good order, without the caller waiting for it."
  @callback close(t(), String.t()) :: :ok
  @doc "Is gone at once."
  @callback drop(t()) :: :ok
  @doc "The host at the other end."
  @callback peer(t()) :: String.t()

  @doc "The module for an endpoint."
  @spec module(Endpoint.t()) :: module()
  def module(%{transport: "websocket"}), do: WebSocket
  def module(%{transport: "lines"}), do: Lines
  def module(%{transport: "framed"}), do: FramedStream

  @doc "Opens a transport."
  @spec dial(Endpoint.t(), URI.t(), Schema.t(), keyword() | nil) :: {:ok, t()} | {:error, String.t()}
  def dial(endpoint, uri, schema, tls), do: module(endpoint).dial(endpoint, uri, schema, tls)

  @doc "Makes a transport of an accepted stream."
  @spec accept(Endpoint.t(), :gen_tcp.socket(), Schema.t(), keyword() | nil) :: {:ok, t()} | {:error, String.t()}
  def accept(endpoint, socket, schema, tls), do: module(endpoint).accept(endpoint, socket, schema, tls)

  @spec attach(t()) :: {[event()], t()}
  def attach(%module{} = transport), do: module.attach(transport)
  @spec handle(t() | nil, term()) :: {[event()], t()} | :other
  def handle(nil, _), do: :other
  def handle(%module{} = transport, message), do: module.handle(transport, message)
  @spec resume(t()) :: :ok
  def resume(%module{} = transport), do: module.resume(transport)
  @spec send(t(), iodata()) :: :ok | {:error, String.t()}
  def send(%module{} = transport, text), do: module.send(transport, text)
  @spec give(t(), pid()) :: :ok | {:error, term()}
  def give(%module{} = transport, pid), do: module.give(transport, pid)
  @spec close(t(), String.t()) :: :ok
  def close(%module{} = transport, reason), do: module.close(transport, reason)
  @spec drop(t()) :: :ok
  def drop(%module{} = transport), do: module.drop(transport)
  @spec peer(t()) :: String.t()
  def peer(%module{} = transport), do: module.peer(transport)
end
