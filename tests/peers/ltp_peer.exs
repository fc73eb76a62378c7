# A generated endpoint as a program, with the manners of `ltpc serve` and `ltpc connect`: drafts come in as JSON lines, messages go out.
# Usage: elixir -pa EBIN ltp_peer.exs server ADDRESS [CERTIFICATE KEY] | client URL STORE CLIENT_ID [AUTHORITY]
defmodule Peer do
  alias LTP.Runtime.Drafts
  alias LTP.Runtime.Session

  def run(["server", address | files]) do
    tls = with([certificate, key] <- files, do: [tls: [certfile: certificate, keyfile: key]])
    {:ok, server} = LTP.Server.start_link([address: address, heartbeat: 200, grace: 2_000] ++ tls)
    IO.puts(:stderr, "listening on ws://127.0.0.1:#{LTP.Server.port(server)}")
    read()
    serve([])
    LTP.Server.stop(server)
  end

  def run(["client", url, store, client_id | files]) do
    tls = with([authority] <- files, do: [tls: [cacertfile: authority]])
    {:ok, client} = LTP.Client.start_link([url: url, client_id: client_id, store: LTP.FileStore.new(store)] ++ tls)
    :ok = LTP.Client.connect(client)
    read()
    serve([{LTP.Client, client}])
    LTP.Client.close(client)
  end

  # Lines come as messages, beside what arrives.
  defp read do
    peer = self()

    spawn_link(fn ->
      for line <- IO.stream(:stdio, :line), do: send(peer, {:line, line})
      send(peer, :end)
    end)
  end

  defp serve(sessions) do
    receive do
      {:line, line} ->
        for {name, session} <- sessions, do: ask(name, session, line)
        serve(sessions)

      {LTP.Client, _, {:message, message}} ->
        IO.puts(shown(message))
        serve(sessions)

      {LTP.Server, session, {:message, message}} ->
        IO.puts(~s({"from":#{:erlang.phash2(session)},"message":#{shown(message)}}))
        serve(sessions)

      {LTP.Server, session, :started} ->
        serve([{LTP.Server, session} | sessions])

      {name, session, {:ended, _}} ->
        serve(List.delete(sessions, {name, session}))

      :end ->
        :ok
    end
  end

  # A client that lost its connection has it again before it is asked.
  defp ask(name, session, line) do
    {:ok, draft} = Drafts.parse(LTP.Tables.schema(), line)
    if name == LTP.Client, do: LTP.Client.connect(session)
    with {:error, reason} <- Session.call(session, draft), do: IO.puts(:stderr, inspect(reason))
  end

  defp shown(%{envelope: %{content_encoding: _} = envelope} = message),
    do: LTP.encode!(%{message | envelope: %{envelope | content_encoding: "json"}})

  defp shown(message), do: LTP.encode!(message)
end

Logger.configure(level: :error)
Peer.run(System.argv())
