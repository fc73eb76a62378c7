# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.FramedStream do
  @moduledoc """
  Framed text over TCP: messages one behind the other.

  A peer that pauses need not end its last line. What breaks the form is handed on as it is, for the codec to explain; nothing is received
  behind it. A message that is not whole in time is refused (`{:late, octets}`), however steadily it comes.
  """

  @behaviour PacketFlow.Runtime.Transport

  alias PacketFlow.Runtime.Socket
  alias PacketFlow.Runtime.Split

  @enforce_keys [:socket, :split, :peer]
  defstruct [:socket, :split, :peer, :pause, :until, over: false]

  @type t :: %__MODULE__{}

  @timeout 10_000
  @closing 5_000
  # How long a peer may be silent within a message before an end marker without a line end counts.
  @pause 250
  # From a message's first octet to its last.
  @message_time 30_000

  @impl true
  def dial(_, uri, schema, tls) do
    case Socket.connect(uri.host, uri.port, uri.scheme == "tls", tls, @timeout) do
      {:ok, socket} -> {:ok, new(socket, schema, uri.host)}
      {:error, reason} -> {:error, inspect(reason)}
    end
  end

  @impl true
  def accept(_, socket, schema, tls) do
    case Socket.secured(socket, tls, @timeout) do
      {:ok, socket} -> {:ok, new(socket, schema, Socket.peer(socket))}
      {:error, reason} -> {:error, inspect(reason)}
    end
  end

  @impl true
  def attach(transport) do
    resume(transport)
    {[], transport}
  end

  @impl true
  def handle(%{over: true} = transport, message) do
    case Socket.said(transport.socket, message) do
      {:octets, _} -> {[], transport}
      {:closed, reason} -> {[{:closed, reason}], transport}
      :other -> :other
    end
  end

  def handle(%{pause: timer} = transport, {:timeout, timer, :pause}) when timer != nil do
    cut(%{transport | pause: nil}, :pause, [])
  end

  def handle(%{until: timer} = transport, {:timeout, timer, :until}) when timer != nil do
    ended(transport, [{:late, byte_size(transport.split.held)}])
  end

  def handle(transport, message) do
    case Socket.said(transport.socket, message) do
      {:octets, octets} -> cut(%{transport | split: Split.push(transport.split, octets)}, :more, [])
      {:closed, reason} -> last(transport, reason)
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
    case Socket.send(transport.socket, text) do
      :ok -> :ok
      {:error, reason} -> {:error, inspect(reason)}
    end
  end

  @impl true
  def give(transport, pid), do: Socket.give(transport.socket, pid)

  @impl true
  def close(transport, _) do
    {:ok, closer} = Task.start(fn -> receive(do: (:yours -> finish(transport.socket))) end)
    Socket.active(transport.socket, false)
    give(transport, closer)
    Kernel.send(closer, :yours)
    :ok
  end

  @impl true
  def drop(transport), do: Socket.close(transport.socket)

  @impl true
  def peer(transport), do: transport.peer

  defp new(socket, schema, peer), do: %__MODULE__{socket: socket, split: Split.new(schema.framing, schema.limits.message), peer: peer}

  defp cut(transport, behind, events) do
    case Split.next(transport.split, behind) do
      {{:frame, frame, _}, split} -> cut(untimed(%{transport | split: split}), behind, [{:frame, frame} | events])
      {{:broken, octets}, split} -> ended(%{transport | split: split}, [{:frame, octets} | events])
      {:more, split} -> {Enum.reverse(events), timed(%{transport | split: split}, behind)}
    end
  end

  defp last(transport, reason) do
    case Split.next(transport.split, :nothing) do
      {:more, _} -> {[{:closed, reason}], transport}
      {{:frame, frame, _}, _} -> {[{:frame, frame}, {:closed, reason}], transport}
      {{:broken, octets}, _} -> {[{:frame, octets}, {:closed, reason}], transport}
    end
  end

  defp ended(transport, events) do
    closed = {:closed, "the peer sent what is no message"}
    {Enum.reverse([closed | events]), %{untimed(transport) | over: true}}
  end

  # A message that has begun has a time, and a peer within it may pause only shortly.
  defp timed(%{split: %{held: ""}} = transport, _), do: untimed(transport)

  defp timed(transport, behind) do
    if transport.pause, do: :erlang.cancel_timer(transport.pause)
    pause = if behind == :more, do: :erlang.start_timer(@pause, self(), :pause)
    %{transport | pause: pause, until: transport.until || :erlang.start_timer(@message_time, self(), :until)}
  end

  defp untimed(transport) do
    for timer <- [transport.pause, transport.until], timer != nil, do: :erlang.cancel_timer(timer)
    %{transport | pause: nil, until: nil}
  end

  # A socket that is closed while octets wait to be read is reset, and what was written last may never arrive.
  defp finish(socket) do
    Socket.shutdown(socket)
    drain(socket, System.monotonic_time(:millisecond) + @closing)
    Socket.close(socket)
  end

  defp drain(socket, until) do
    left = until - System.monotonic_time(:millisecond)
    with true <- left > 0, {:ok, _} <- Socket.recv(socket, left), do: drain(socket, until)
  end
end
