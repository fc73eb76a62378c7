# Decoding and validating the envelope in Elixir, against jiffy with checks written by hand: interleaved in one run, the best of many rounds.
# Usage: elixir -pa EBIN bench.exs
defmodule ByHand do
  # What a careful engineer would write over a general JSON reader: the same constraints, the same structs. It cannot see names that stand twice.
  def decode(text) when byte_size(text) <= 1_048_576 do
    case :jiffy.decode(text, [:return_maps, :use_nil]) do
      %{"type" => "state_update", "thread_id" => thread, "session_id" => session, "timestamp" => at, "payload" => payload} = message
      when is_integer(at) and at >= 0 and at <= 0xFFFF_FFFF_FFFF_FFFF ->
        true = uuid?(thread) and uuid?(session)
        true = Map.get(message, "content_encoding", "json") == "json"
        true = meta?(Map.get(message, "meta", %{})) and text?(Map.get(message, "nonce", "")) and text?(Map.get(message, "signature", ""))
        true = payload?(payload)

        envelope = %LTP.Envelope{
          thread_id: thread,
          session_id: session,
          timestamp: at,
          content_encoding: "json",
          meta: meta(Map.get(message, "meta")),
          nonce: Map.get(message, "nonce"),
          signature: Map.get(message, "signature")
        }

        {:ok,
         %LTP.StateUpdateMessage{
           envelope: envelope,
           body: %LTP.StateUpdate{kind: payload["kind"], data: lri(payload["data"])},
           tag: "state_update"
         }}
    end
  end

  # What a careful engineer would write to send it.
  def encode(%LTP.StateUpdateMessage{envelope: envelope, body: %{kind: "lri_envelope_v1", data: data}}) do
    inner = said(data.inner_state, [:energy, :clarity, :stress])
    affect = said(envelope.meta && envelope.meta.affect, [:valence, :arousal])
    meta = said(envelope.meta, [:client_id, :trace_id, :parent_span_id, :user_agent, :context_tag])
    meta = if affect, do: Map.put(meta, "affect", affect), else: meta
    said = said(data, [:actor, :intent, :summary, :highlights, :resonance_hooks])
    said = if inner, do: Map.put(said, "inner_state", inner), else: said
    true = uuid?(envelope.thread_id) and uuid?(envelope.session_id) and is_integer(envelope.timestamp) and envelope.timestamp >= 0
    true = (meta == nil or meta?(meta)) and payload?(%{"kind" => "lri_envelope_v1", "data" => said})
    message = said(envelope, [:thread_id, :session_id, :timestamp, :nonce, :signature])
    message = Map.merge(message, %{"type" => "state_update", "payload" => %{"kind" => "lri_envelope_v1", "data" => said}})
    message = if meta, do: Map.put(message, "meta", meta), else: message
    message |> :jiffy.encode([:use_nil]) |> IO.iodata_to_binary()
  end

  defp said(nil, _), do: nil
  defp said(record, fields), do: for(field <- fields, value = Map.fetch!(record, field), into: %{}, do: {Atom.to_string(field), value})

  defp meta(nil), do: nil

  defp meta(meta) do
    %LTP.Meta{
      client_id: Map.get(meta, "client_id"),
      trace_id: Map.get(meta, "trace_id"),
      parent_span_id: Map.get(meta, "parent_span_id"),
      user_agent: Map.get(meta, "user_agent"),
      context_tag: Map.get(meta, "context_tag"),
      extra: Map.drop(meta, ["client_id", "trace_id", "parent_span_id", "user_agent", "context_tag", "affect"]),
      affect:
        with(%{"valence" => valence, "arousal" => arousal} <- Map.get(meta, "affect"), do: %LTP.Affect{valence: valence, arousal: arousal})
    }
  end

  defp lri(data) do
    %LTP.LriEnvelope{
      actor: data["actor"],
      intent: data["intent"],
      summary: data["summary"],
      highlights: Map.get(data, "highlights"),
      inner_state: inner(Map.get(data, "inner_state")),
      resonance_hooks: Map.get(data, "resonance_hooks"),
      extra: Map.drop(data, ["actor", "intent", "summary", "highlights", "inner_state", "resonance_hooks"])
    }
  end

  defp inner(nil), do: nil

  defp inner(%{"energy" => energy, "clarity" => clarity, "stress" => stress}),
    do: %LTP.InnerState{energy: energy, clarity: clarity, stress: stress}

  defp payload?(%{"kind" => "lri_envelope_v1", "data" => %{"actor" => actor, "intent" => intent, "summary" => summary} = data}) do
    text?(actor) and text?(intent) and text?(summary) and texts?(Map.get(data, "highlights", [])) and
      texts?(Map.get(data, "resonance_hooks", [])) and inner?(Map.get(data, "inner_state"))
  end

  defp inner?(nil), do: true
  defp inner?(%{"energy" => energy, "clarity" => clarity, "stress" => stress}), do: level?(energy) and level?(clarity) and level?(stress)

  defp meta?(meta) do
    Enum.all?(["client_id", "trace_id", "parent_span_id", "user_agent", "context_tag"], &text?(Map.get(meta, &1, ""))) and
      affect?(Map.get(meta, "affect"))
  end

  defp affect?(nil), do: true
  defp affect?(%{"valence" => valence, "arousal" => arousal}), do: unit?(valence) and unit?(arousal)

  defp unit?(value), do: is_number(value) and value >= -1 and value <= 1
  defp level?(value), do: is_number(value) and value >= 0 and value <= 1
  defp text?(text), do: is_binary(text) and byte_size(text) <= 65_536
  defp texts?(texts), do: is_list(texts) and length(texts) <= 65_536 and Enum.all?(texts, &text?/1)

  defp uuid?(<<a::binary-8, ?-, b::binary-4, ?-, c::binary-4, ?-, d::binary-4, ?-, e::binary-12>>),
    do: hex?(a) and hex?(b) and hex?(c) and hex?(d) and hex?(e)

  defp uuid?(_), do: false
  defp hex?(<<c, rest::binary>>) when c in ?0..?9 or c in ?a..?f or c in ?A..?F, do: hex?(rest)
  defp hex?(rest), do: rest == ""
end

text =
  LTP.encode!(
    LTP.decode!(
      ~s({"type":"state_update","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678",) <>
        ~s("session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","timestamp":1731700000,"payload":{"kind":"lri_envelope_v1",) <>
        ~s("data":{"actor":"user:self","intent":"reflect_on_day","summary":"Slightly tired, but feeling a sense of quiet progress.",) <>
        ~s("highlights":["played with kids","advanced LTP protocol","less anxiety about the future"],) <>
        ~s("inner_state":{"energy":0.4,"clarity":0.7,"stress":0.3},"resonance_hooks":["family","creator_path","long_horizon"]}},) <>
        ~s("meta":{"client_id":"android-liminal-001","trace_id":"evt-2025-11-15-001","context_tag":"evening_reflection",) <>
        ~s("affect":{"valence":0.2,"arousal":-0.3}}})
    )
  )

message = LTP.decode!(text)
spaced = String.replace(text, ":", ": ")
# Both see the same message, and write the same one.
{:ok, ^message} = ByHand.decode(text)
^message = message |> ByHand.encode() |> LTP.decode!()

contenders = [
  {"LTP.Decoder.decode, validated", fn -> LTP.Decoder.decode(text) end},
  {"LTP.decode, validated, as structs", fn -> LTP.decode(text) end},
  {"jiffy, checks and structs by hand", fn -> ByHand.decode(text) end},
  {"jiffy alone", fn -> :jiffy.decode(text, [:return_maps, :use_nil]) end},
  {"LTP.decode of text with spaces", fn -> LTP.decode(spaced) end},
  {"LTP.encode, validated", fn -> LTP.encode(message) end},
  {"checks by hand, and jiffy", fn -> ByHand.encode(message) end}
]

{rounds, times} = {200, 100}

best =
  for _ <- 1..rounds, {name, run} <- contenders, reduce: %{} do
    best ->
      begun = System.monotonic_time(:nanosecond)
      for _ <- 1..times, do: run.()
      took = div(System.monotonic_time(:nanosecond) - begun, times)
      Map.update(best, name, took, &min(&1, took))
  end

IO.puts("#{byte_size(text)} octets")

for {name, _} <- contenders do
  against = if name =~ "encode" or name =~ "and jiffy", do: "checks by hand, and jiffy", else: "jiffy, checks and structs by hand"
  IO.puts("#{String.pad_trailing(name, 36)} #{String.pad_leading("#{best[name]}", 7)} ns   #{Float.round(best[against] / best[name], 2)} x")
end
