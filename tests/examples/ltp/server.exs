# A server of the Liminal Thread Protocol that says what it heard, and answers events, until its input ends. Compile the package first (mix
# compile in generated/elixir/ltp), then
# elixir -pa generated/elixir/ltp/_build/dev/lib/ltp/ebin tests/examples/ltp/server.exs [ADDRESS]
address = List.first(System.argv()) || "ws://localhost:8080"

serve = fn
  session, {:message, %LTP.EventMessage{body: body}} ->
    IO.inspect(body)
    LTP.Server.send_event(session, "seen", %{event_type: body.event_type})

  _, {:message, message} ->
    IO.inspect(message.body)

  _, _ ->
    :ok
end

{:ok, server} = LTP.Server.start_link(address: address, handler: serve)
IO.puts("listening on port #{LTP.Server.port(server)}")
IO.read(:stdio, :eof)
LTP.Server.stop(server)
