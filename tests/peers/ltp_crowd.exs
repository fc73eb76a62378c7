# Many clients of the thread protocol in one program, or a server that answers them. What it reads and prints is said in tests/tests/soak.rs.
# Usage: elixir -pa EBIN ltp_crowd.exs echo ADDRESS | crowd NAME COUNT SECONDS PAUSE URL...
defmodule Crowd do
  @patience 30_000
  @totals [:clients, :sent, :answered, :cut, :lost, :mixed, :refused, :resumed, :errors, :ended]

  def run(["echo", address]) do
    {:ok, server} = LTP.Server.start_link(address: address, heartbeat: 5_000)
    IO.puts(:stderr, "listening on ws://127.0.0.1:#{LTP.Server.port(server)}")
    crowd = self()

    spawn_link(fn ->
      IO.read(:stdio, :all)
      send(crowd, :end)
    end)

    echo()
    LTP.Server.stop(server)
  end

  def run(["crowd", name, count, seconds, pause | urls]) do
    until = now() + 1_000 * String.to_integer(seconds)
    numbers = 0..(String.to_integer(count) - 1)

    clients =
      for {url, at} <- Enum.with_index(urls) do
        for number <- numbers do
          Task.async(fn -> client("#{name}-#{at}-#{number}", url, String.to_integer(pause), until) end)
        end
      end

    totals = for of_url <- clients, do: of_url |> Enum.map(&Task.await(&1, :infinity)) |> Enum.reduce(&sum/2) |> shown()
    IO.puts(~s({"totals":[#{Enum.join(totals, ",")}]}))
  end

  defp echo do
    receive do
      {LTP.Server, session, {:message, %LTP.EventMessage{body: body}}} ->
        # It may be gone.
        LTP.Server.send_event(session, "answer", body.data)
        echo()

      :end ->
        :ok

      _ ->
        echo()
    end
  end

  defp client(name, url, pause, until) do
    Process.flag(:trap_exit, true)
    totals = Map.merge(Map.new(@totals, &{&1, 0}), %{clients: 1})

    again(%{
      name: name,
      url: url,
      pause: pause,
      until: until,
      store: LTP.MemoryStore.new(),
      thread: nil,
      session: nil,
      number: 0,
      totals: totals
    })
  end

  defp again(client) do
    if now() < client.until do
      {:ok, session} = LTP.Client.start_link(url: client.url, client_id: client.name, store: client.store)
      client = talk(client, session)
      if Process.alive?(session), do: LTP.Client.close(session)
      again(client)
    else
      client.totals
    end
  end

  defp talk(client, session) do
    if now() < client.until do
      case LTP.Client.connect(session, :infinity) do
        :ok -> client |> count(session) |> talk(session)
        {:error, _} -> add(client, :ended)
      end
    else
      client
    end
  end

  defp count(client, session) do
    client = %{client | number: client.number + 1}

    case LTP.Client.send_event(session, "count", %{"client" => client.name, "n" => client.number}) do
      :ok ->
        {outcome, client} = client |> add(:sent) |> outcome(session, now() + @patience)
        Process.sleep(:rand.uniform(2 * client.pause + 1) - 1)
        add(client, outcome)

      {:error, _} ->
        add(client, :refused)
    end
  end

  # What became of the last event: a connection that is lost is noticed, for the next one is not there at once.
  defp outcome(client, session, patience) do
    receive do
      {LTP.Client, _, {:message, %LTP.EventMessage{envelope: envelope, body: %{data: data}}}} ->
        client = if client.session in [nil, envelope.session_id], do: client, else: add(client, :resumed)
        client = %{client | session: envelope.session_id, thread: client.thread || envelope.thread_id}
        own = envelope.thread_id == client.thread and data["client"] == client.name
        client = if own, do: client, else: add(client, :mixed)
        if data["n"] == client.number, do: {:answered, client}, else: outcome(client, session, patience)

      {LTP.Client, _, {:message, %LTP.ErrorMessage{}}} ->
        client |> add(:errors) |> outcome(session, patience)

      {LTP.Client, ^session, {:ended, _}} ->
        {:cut, client}

      _ ->
        outcome(client, session, patience)
    after
      100 ->
        cond do
          LTP.Client.state(session) != "Ready" -> {:cut, client}
          now() > patience -> {:lost, client}
          true -> outcome(client, session, patience)
        end
    end
  end

  defp add(client, what), do: update_in(client.totals[what], &(&1 + 1))
  defp sum(one, other), do: Map.merge(one, other, fn _, a, b -> a + b end)
  defp shown(totals), do: "{" <> Enum.map_join(@totals, ",", &~s("#{&1}":#{totals[&1]})) <> "}"
  defp now, do: System.monotonic_time(:millisecond)
end

Logger.configure(level: :none)
Crowd.run(System.argv())
