# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Script do
  @moduledoc "Scripts and their traces: what shows that this machine does what every other one does."

  alias PacketFlow.Runtime.Codec
  alias PacketFlow.Runtime.Drafts
  alias PacketFlow.Runtime.Entropy
  alias PacketFlow.Runtime.Machine
  alias PacketFlow.Runtime.Policy
  alias PacketFlow.Runtime.Refusals
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values

  @doc "The trace of a script."
  @spec replay(Schema.t(), [String.t()]) :: [String.t()]
  def replay(schema, [head | lines]) do
    members = members(head)
    runner = runner(schema, members)
    runner = if List.keymember?(members, "at", 0), do: line(members, runner), else: runner
    runner = Enum.reduce(lines, runner, fn text, runner -> text |> members() |> line(runner) end)
    Enum.reverse(runner.trace)
  end

  defp members(text) do
    {:ok, node} = Tape.parse(text, 256, :infinity, :infinity)
    {:object, members} = Tape.value(text, node)
    members
  end

  defp runner(schema, head) do
    role = Schema.role(schema, said(head, "session", nil), said(head, "role", nil))
    {:object, options} = said(head, "options", nil) || {:object, []}

    machine =
      Machine.new(schema, role, Drafts.options(schema, role, options),
        entropy: head |> said("seed", 0) |> Values.plain() |> Entropy.seeded(),
        policy: head |> said("registry", nil) |> Values.plain() |> Policy.new(),
        peer: said(head, "peer", "")
      )

    %{schema: schema, machine: machine, unix: head |> said("unix", 0) |> Values.plain(), at: 0, asked: false, trace: []}
  end

  defp said(members, name, default) do
    case Values.fetch(members, name) do
      {:ok, value} -> value
      :error -> default
    end
  end

  defp line(members, runner) do
    at = members |> said("at", 0) |> Values.plain()
    runner = %{advance(runner, at) | at: at}
    Enum.reduce(members, runner, fn {name, value}, runner -> if name == "at", do: runner, else: step(runner, name, value) end)
  end

  # Meets all deadlines up to and at a time.
  defp advance(runner, at) do
    due = Machine.next_deadline(runner.machine)

    if runner.asked or Machine.ended?(runner.machine) or due == nil or due > at,
      do: runner,
      else: %{runner | at: max(due, runner.at)} |> step("due", nil) |> advance(at)
  end

  defp step(runner, name, value) do
    {actions, machine} = input(name, value, runner.machine, {runner.at, runner.unix + runner.at}, runner.schema)
    asked = Enum.any?(actions, &match?({:lookup, _, _}, &1))
    runner = %{runner | machine: machine, asked: asked}
    runner = Enum.reduce(actions, runner, fn action, runner -> note(runner, described(runner.schema, action)) end)
    due = if Machine.ended?(machine), do: nil, else: Machine.next_deadline(machine)
    note(runner, [{"state", Machine.state(machine)}, {"due", due}])
  end

  defp input("start", value, machine, time, _), do: Machine.start(machine, time, stored(value))
  defp input("open", _, machine, time, _), do: Machine.opened(machine, time)
  defp input("closed", _, machine, time, _), do: Machine.closed(machine, time)
  defp input("close", _, machine, time, _), do: Machine.close(machine, time)
  defp input("found", value, machine, time, _), do: Machine.found(machine, time, stored(value))
  defp input("cancel", key, machine, time, _), do: Machine.cancel(machine, time, key)
  defp input("due", _, machine, time, _), do: Machine.due(machine, time)

  defp input("oversized", value, machine, time, schema),
    do: Machine.malformed(machine, time, Refusals.oversized(schema, Values.plain(value)))

  defp input("message", text, machine, time, schema) do
    case Codec.decode(schema, text) do
      {:ok, message} -> Machine.message(machine, time, message)
      {:error, refused} -> Machine.malformed(machine, time, refused)
    end
  end

  defp input("call", value, machine, time, schema) do
    {:ok, draft} = Drafts.of_members(schema, value)
    Machine.call(machine, time, draft)
  end

  defp stored(nil), do: nil
  defp stored(value), do: Values.text_of(value)

  defp note(runner, members), do: %{runner | trace: [Values.text_of({:object, [{"at", runner.at} | members]}) | runner.trace]}

  # An action as a line of a trace.
  defp described(_, :connect), do: [{"connect", true}]
  defp described(_, {:send, _, text}), do: [{"send", {:raw, text}}]
  defp described(schema, {:deliver, message}), do: [{"deliver", {:raw, Codec.encode(schema, message)}}]

  defp described(schema, {:answer, request, reply}) do
    pair = [{"request", {:raw, Codec.encode(schema, request)}}, {"reply", {:raw, Codec.encode(schema, reply)}}]
    [{"answer", {:object, pair}}]
  end

  defp described(_, {:close, reason}), do: [{"close", reason}]
  defp described(_, {:drop, reason}), do: [{"drop", reason}]
  defp described(_, {:enter, state}), do: [{"enter", state}]
  defp described(_, {:forget, space, key}), do: [{"forget", place(space, key)}]
  defp described(_, {:lookup, space, key}), do: [{"lookup", place(space, key)}]

  defp described(_, {:store, space, key, value, expires}) do
    {:object, place} = place(space, key)
    [{"store", {:object, place ++ [{"value", {:raw, value}}, {"expires", expires}]}}]
  end

  defp described(_, {:not_now, message, state}), do: [{"refuse", {:object, [{"message", message}, {"state", state}]}}]
  defp described(_, {:full, most}), do: [{"refuse", {:object, [{"full", most}]}}]
  defp described(_, {:invalid, violations}), do: [{"refuse", {:object, [listed(violations)]}}]

  defp described(_, {:unexpected, input, state, refused}) do
    violations = if refused, do: [listed(refused.violations)], else: []
    [{"unexpected", {:object, [{"input", input}, {"state", state} | violations]}}]
  end

  defp place(space, key), do: {:object, [{"space", space}, {"key", key}]}

  defp listed(violations),
    do: {"violations", Enum.map(violations, &{:object, [{"pointer", &1.pointer}, {"rule", &1.rule}]})}
end
