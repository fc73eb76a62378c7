# A client of the Liminal Thread Protocol: opens a thread, or goes on with the one that it left in `threads/`. Compile the package first (mix
# compile in generated/elixir/ltp), then
# elixir -pa generated/elixir/ltp/_build/dev/lib/ltp/ebin tests/examples/ltp/client.exs [URL]
url = List.first(System.argv()) || "ws://localhost:8080"

{:ok, client} =
  LTP.Client.start_link(
    url: url,
    client_id: "my-device-123",
    default_context_tag: "example",
    preferred_encoding: :toon,
    store: LTP.FileStore.new("threads")
  )

:ok = LTP.Client.connect(client)
:ok = LTP.Client.send_state_update(client, "minimal", %{mood: "curious", focus: "exploration"})
:ok = LTP.Client.send_state_update(client, "affect_log_v1", [%LTP.AffectPoint{t: 1, valence: 0.2, arousal: -0.1}])
:ok = LTP.Client.send_event(client, "user_action", %{action: "button_click", target: "explore_mode"})

receive do
  {LTP.Client, ^client, {:message, %LTP.EventMessage{body: body}}} -> IO.puts("#{body.event_type}: #{inspect(body.data)}")
end

LTP.Client.close(client)
