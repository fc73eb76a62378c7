# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.WebSocket do
  @moduledoc "A frame a message, over a WebSocket."

  @behaviour PacketFlow.Runtime.Transport

  alias PacketFlow.Runtime.Frames
  alias PacketFlow.Runtime.Socket
  alias PacketFlow.Runtime.Upgrade

  @enforce_keys [:socket, :side, :frames, :binary, :peer]
  defstruct [:socket, :side, :frames, :binary, :peer, early: <<>>]

  @type t :: %__MODULE__{}

  @timeout 10_000
  @closing 5_000
  @most_of_head 16_384

  @impl true
  def dial(endpoint, uri, schema, tls) do
    with {:ok, socket} <- Socket.connect(uri.host, uri.port, uri.scheme == "wss", tls, @timeout) do
      {request, key} = Upgrade.request(uri, endpoint.subprotocols)

      with :ok <- Socket.send(socket, request),
           {:ok, head, early} <- head(socket, :response, <<>>),
           {:ok, _} <- Upgrade.accepted(head, key, endpoint.subprotocols, endpoint.subprotocol_optional) do
        frames = Frames.new(:server, schema.limits.message)
        {:ok, %__MODULE__{socket: socket, side: :client, frames: frames, binary: endpoint.binary, peer: uri.host, early: early}}
      else
        {:error, reason} ->
          Socket.close(socket)
          {:error, words(reason)}
      end
    else
      {:error, reason} -> {:error, words(reason)}
    end
  end

  @impl true
  def accept(endpoint, socket, schema, tls) do
    with {:ok, socket} <- Socket.secured(socket, tls, @timeout) do
      with {:ok, head, early} <- head(socket, :request, <<>>),
           {:ok, response} <- answer(socket, Upgrade.response(head, endpoint.subprotocols, endpoint.subprotocol_optional)),
           :ok <- Socket.send(socket, response) do
        frames = Frames.new(:client, schema.limits.message)
        peer = Socket.peer(socket)
        {:ok, %__MODULE__{socket: socket, side: :server, frames: frames, binary: endpoint.binary, peer: peer, early: early}}
      else
        {:error, reason} ->
          Socket.close(socket)
          {:error, words(reason)}
      end
    else
      {:error, reason} -> {:error, words(reason)}
    end
  end

  @impl true
  def attach(transport) do
    {events, transport} = read(%{transport | early: <<>>}, transport.early)
    resume(transport)
    {events, transport}
  end

  @impl true
  def handle(transport, message) do
    case Socket.said(transport.socket, message) do
      {:octets, octets} -> read(transport, octets)
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
  def send(transport, text), do: write(transport, :text, IO.iodata_to_binary(text))

  @impl true
  def give(transport, pid), do: Socket.give(transport.socket, pid)

  @impl true
  def close(transport, reason) do
    {:ok, closer} = Task.start(fn -> receive(do: (:yours -> finish(transport, reason))) end)
    Socket.active(transport.socket, false)
    give(transport, closer)
    Kernel.send(closer, :yours)
    :ok
  end

  @impl true
  def drop(transport), do: Socket.close(transport.socket)

  @impl true
  def peer(transport), do: transport.peer

  defp read(transport, octets) do
    {events, frames} = Frames.read(transport.frames, octets)
    transport = %{transport | frames: frames}
    {Enum.flat_map(events, &event(transport, &1)), transport}
  end

  defp event(_, {:text, text}), do: [{:frame, text}]
  defp event(%{binary: true}, {:binary, octets}), do: [{:frame, octets}]
  defp event(transport, {:binary, _}), do: event(transport, {:fail, 1003, "text frames only"})
  defp event(_, {:oversized, octets}), do: [{:oversized, octets}]
  defp event(_, {:pong, _}), do: []

  defp event(transport, {:ping, payload}) do
    write(transport, :pong, payload)
    []
  end

  defp event(transport, {:close, code, reason}) do
    write(transport, :close, if(code, do: <<code::16>>, else: <<>>))
    [{:closed, "closed by the peer" <> if(reason == "", do: "", else: ": " <> reason)}]
  end

  defp event(transport, {:fail, code, reason}) do
    write(transport, :close, Frames.closing(code, reason))
    [{:closed, reason}]
  end

  defp write(transport, kind, payload) do
    mask = if transport.side == :client, do: :crypto.strong_rand_bytes(4)

    case Socket.send(transport.socket, Frames.write(kind, payload, mask)) do
      :ok -> :ok
      {:error, reason} -> {:error, words(reason)}
    end
  end

  # Says goodbye, and waits until the peer has said so too or is gone.
  defp finish(transport, reason) do
    write(transport, :close, Frames.closing(1000, reason))
    drain(transport, System.monotonic_time(:millisecond) + @closing)
    Socket.close(transport.socket)
  end

  defp drain(transport, until) do
    left = until - System.monotonic_time(:millisecond)

    with true <- left > 0,
         {:ok, octets} <- Socket.recv(transport.socket, left),
         {events, frames} = Frames.read(transport.frames, octets),
         false <- Enum.any?(events, &match?({:close, _, _}, &1)) do
      drain(%{transport | frames: frames}, until)
    end
  end

  defp answer(_, {:ok, response}), do: {:ok, response}

  defp answer(socket, {:refuse, response}) do
    Socket.send(socket, response)
    {:error, "no WebSocket was asked for"}
  end

  defp head(_, _, octets) when byte_size(octets) > @most_of_head, do: {:error, "a head that is too long"}

  defp head(socket, kind, octets) do
    case Upgrade.head(octets, kind) do
      {:ok, head, rest} -> {:ok, head, rest}
      :error -> {:error, "what came is no HTTP"}
      :more -> with({:ok, more} <- Socket.recv(socket, @timeout), do: head(socket, kind, octets <> more))
    end
  end

  defp words(reason) when is_binary(reason), do: reason
  defp words(reason), do: inspect(reason)
end
