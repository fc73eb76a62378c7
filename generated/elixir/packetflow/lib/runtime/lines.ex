# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Lines do
  @moduledoc "A line a message, over TCP. Of a line past the limit nothing is kept but how long it was."

  @behaviour PacketFlow.Runtime.Transport

  alias PacketFlow.Runtime.Socket

  @enforce_keys [:socket, :limit, :peer]
  defstruct [:socket, :limit, :peer, buffer: <<>>, passed: 0]

  @type t :: %__MODULE__{}

  @timeout 10_000

  @impl true
  def dial(_, uri, schema, tls) do
    case Socket.connect(uri.host, uri.port, uri.scheme == "tls", tls, @timeout) do
      {:ok, socket} -> {:ok, %__MODULE__{socket: socket, limit: schema.limits.message, peer: uri.host}}
      {:error, reason} -> {:error, inspect(reason)}
    end
  end

  @impl true
  def accept(_, socket, schema, tls) do
    case Socket.secured(socket, tls, @timeout) do
      {:ok, socket} -> {:ok, %__MODULE__{socket: socket, limit: schema.limits.message, peer: Socket.peer(socket)}}
      {:error, reason} -> {:error, inspect(reason)}
    end
  end

  @impl true
  def attach(transport) do
    resume(transport)
    {[], transport}
  end

  @impl true
  def handle(transport, message) do
    case Socket.said(transport.socket, message) do
      {:octets, octets} -> split(%{transport | buffer: transport.buffer <> octets}, [])
      {:closed, reason} -> {[{:closed, reason}], transport}
      :other -> :other
    end
  end

  @impl true
  def resume(transport) do
    Socket.active(transport.socket, :once)
    :ok
  end

  @impl true
  def send(transport, text) do
    case Socket.send(transport.socket, [text, ?\n]) do
      :ok -> :ok
      {:error, reason} -> {:error, inspect(reason)}
    end
  end

  @impl true
  def give(transport, pid), do: Socket.give(transport.socket, pid)

  @impl true
  def close(transport, _), do: Socket.close(transport.socket)

  @impl true
  def drop(transport), do: Socket.close(transport.socket)

  @impl true
  def peer(transport), do: transport.peer

  defp split(transport, events) do
    case :binary.split(transport.buffer, "\n") do
      [line, rest] ->
        octets = transport.passed + byte_size(line)
        event = if octets > transport.limit, do: {:oversized, octets}, else: {:frame, line}
        split(%{transport | buffer: rest, passed: 0}, [event | events])

      [part] when byte_size(part) + transport.passed > transport.limit ->
        {Enum.reverse(events), %{transport | buffer: <<>>, passed: transport.passed + byte_size(part)}}

      _ ->
        {Enum.reverse(events), transport}
    end
  end
end
