# A generated endpoint as a program, with the manners of `ltpc serve` and `ltpc connect`: drafts come in as JSON lines, messages go out.
# Usage: elixir -pa EBIN ctp_peer.exs server ADDRESS | client URL [AGENT]
defmodule Peer do
  alias CTP.Runtime.Codec
  alias CTP.Runtime.Drafts
  alias CTP.Runtime.Encode
  alias CTP.Runtime.Session
  alias CTP.Runtime.Values

  def run(["server", address]) do
    {:ok, server} = CTP.Gateway.start_link(address: address)
    IO.puts(:stderr, "listening on tcp://127.0.0.1:#{CTP.Gateway.port(server)}/")
    read()
    serve(%{}, 1)
    CTP.Gateway.stop(server)
  end

  def run(["client", url]), do: run(["client", url, "peer"])

  def run(["client", url, agent]) do
    {:ok, client} = CTP.Client.start_link(url: url, agent: agent)
    :ok = CTP.Client.connect(client)
    read()
    speak(client)
    CTP.Client.close(client)
  end

  # Lines come as messages, beside what arrives.
  defp read do
    peer = self()

    spawn_link(fn ->
      for line <- IO.stream(:stdio, :line), do: send(peer, {:line, line})
      send(peer, :end)
    end)
  end

  # Connections have numbers, in the order in which they came.
  defp serve(sessions, next) do
    receive do
      {:line, line} ->
        for {session, _} <- sessions, do: ask(session, line)
        serve(sessions, next)

      {CTP.Gateway, session, :started} ->
        serve(Map.put(sessions, session, next), next + 1)

      {CTP.Gateway, session, {:message, message}} ->
        IO.puts(~s({"from":#{sessions[session]},"message":#{shown(message)}}))
        serve(sessions, next)

      {CTP.Gateway, session, {:ended, _}} ->
        serve(Map.delete(sessions, session), next)

      :end ->
        :ok
    end
  end

  defp speak(client) do
    receive do
      # A client that lost its connection has it again before it is asked.
      {:line, line} ->
        CTP.Client.connect(client)
        ask(client, line)
        speak(client)

      {CTP.Client, ^client, {:message, message}} ->
        IO.puts(shown(message))
        speak(client)

      {CTP.Client, ^client, {:ended, reason}} ->
        IO.puts(:stderr, reason)
        speak(client)

      :end ->
        :ok
    end
  end

  defp ask(session, line) do
    with {:ok, draft} <- Drafts.parse(CTP.Tables.schema(), line),
         :ok <- Session.call(session, draft) do
      :ok
    else
      {:error, reason} -> IO.puts(:stderr, inspect(reason))
    end
  end

  # The JSON form: the tag, the envelope's members, and those of the body that are no defaults.
  defp shown(message) do
    schema = CTP.Tables.schema()
    {:ok, decoded} = Codec.decode(schema, CTP.encode!(message))
    envelope = Values.text_of({:object, [{"(tag)", decoded.tag} | decoded.envelope]})

    case Encode.encode_value(schema, elem(schema.messages, decoded.message).body, decoded.body) do
      "{}" -> envelope
      "{" <> members -> String.trim_trailing(envelope, "}") <> "," <> members
    end
  end
end

Logger.configure(level: :error)
Peer.run(System.argv())
