# A generated endpoint for work as a program. Usage: elixir -pa EBIN packetflow_peer.exs node ADDRESS | reactor URL
# A node handles `df:transform`, `cf:seq` (so many milliseconds), `df:fails`, and says its port; a reactor handles `ed:notify`.
# Both submit each line of standard input, as JSON, and write what became of it; they end with their input.
defmodule Peer do
  alias PacketFlow.Runtime.Binding
  alias PacketFlow.Runtime.Encode
  alias PacketFlow.Runtime.Json

  def run(["node", address]) do
    {:ok, node} = PacketFlow.Node.start_link(address: address)
    PacketFlow.Node.register(:df, :transform, &String.upcase/1)

    PacketFlow.Node.register(:cf, :seq, fn wait ->
      Process.sleep(wait)
      wait
    end)

    PacketFlow.Node.register(:df, :fails, fn _ -> raise "no" end)
    serve(PacketFlow.Node, PacketFlow.Node.port(node))
  end

  def run(["reactor", url]) do
    {:ok, _} = PacketFlow.Reactor.start_link(endpoint: url)
    PacketFlow.Reactor.register(:ed, :notify, fn data, task -> %{"sent" => data, "kind" => task.kind} end)
    :ok = PacketFlow.Reactor.connect()
    serve(PacketFlow.Reactor, 0)
  end

  defp serve(side, port) do
    IO.puts(~s({"port":#{port}}))
    submitted = for line <- IO.stream(:stdio, :line), do: Task.async(fn -> IO.puts(submitted(side, Json.decode(line))) end)
    Task.await_many(submitted, :infinity)
    side.stop()
  end

  # As it stands on the wire.
  defp submitted(side, packet) do
    result = side.submit(packet)
    {record, _} = Enum.find(PacketFlow.Tables.records(), fn {_, module} -> module == result.__struct__ end)
    Encode.encode_value(PacketFlow.Tables.schema(), record, Binding.value(PacketFlow.Tables, record, result))
  end
end

Logger.configure(level: :error)
Peer.run(System.argv())
