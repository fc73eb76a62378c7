# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Acting do
  @moduledoc "How a machine takes transitions: which one fits, what it does, which state follows, and what runs by time."

  alias PacketFlow.Runtime.Codec
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Drafts
  alias PacketFlow.Runtime.Encode
  alias PacketFlow.Runtime.Evaluate
  alias PacketFlow.Runtime.Machine
  alias PacketFlow.Runtime.Requests
  alias PacketFlow.Runtime.Stamping
  alias PacketFlow.Runtime.Timers
  alias PacketFlow.Runtime.Values

  @u64 0xFFFF_FFFF_FFFF_FFFF
  @variables %{option: :options, var: :vars, persist: :persists, state: :own}

  @doc "The state's table."
  @spec state(Machine.t()) :: map()
  def state(machine), do: Enum.at(machine.role.states, machine.state)

  @doc "Something is to be done."
  @spec act(Machine.t(), Machine.action()) :: Machine.t()
  def act(machine, action), do: %{machine | actions: [action | machine.actions]}

  defp acts({actions, machine}), do: Enum.reduce(actions, machine, &act(&2, &1))

  @doc "What came is not handled."
  @spec unexpected(Machine.t(), String.t()) :: Machine.t()
  def unexpected(machine, name), do: act(machine, {:unexpected, name, state(machine).name, machine.refused})

  @doc "Takes the first transition that fits, and says whether there was one."
  @spec transition(Machine.t(), atom(), non_neg_integer() | nil) :: {boolean(), Machine.t()}
  def transition(machine, on, of), do: first(state(machine).transitions, machine, on, of)

  defp first([], machine, _, _), do: {false, machine}

  defp first([transition | rest], machine, on, of) do
    if fits?(transition, on, of) do
      case Evaluate.holds?(transition[:guard], machine) do
        {true, machine} -> {true, machine |> take(transition) |> settle()}
        {false, machine} -> first(rest, machine, on, of)
      end
    else
      first(rest, machine, on, of)
    end
  end

  defp fits?(%{on: on}, on, nil), do: true
  defp fits?(%{on: on, of: wanted}, on, of) when is_list(wanted), do: of in wanted
  defp fits?(%{on: on, of: wanted}, on, of), do: of == wanted
  defp fits?(%{on: :message}, :messages, _), do: true
  defp fits?(_, _, _), do: false

  @doc "Takes the `enter` transitions of states as long as they lead on."
  @spec settle(Machine.t()) :: Machine.t()
  def settle(%{entered: false} = machine), do: machine

  def settle(machine) do
    machine = nothing_came(%{machine | entered: false})
    state(machine).transitions |> Enum.filter(&(&1.on == :enter)) |> enter_first(machine) |> settle()
  end

  defp enter_first([], machine), do: machine

  defp enter_first([transition | rest], machine) do
    case Evaluate.holds?(transition[:guard], machine) do
      {true, machine} -> take(machine, transition)
      {false, machine} -> enter_first(rest, machine)
    end
  end

  @doc "Enters a state, with the values of the first of its variables."
  @spec enter(Machine.t(), non_neg_integer(), [Values.t()]) :: Machine.t()
  def enter(machine, index, values) do
    state = Enum.at(machine.role.states, index)
    retries = if state.end, do: Enum.map(machine.retries, &%{&1 | due: nil}), else: machine.retries
    timers = Enum.map(state.timers, &Timers.new(&1.queue))
    machine = act(%{machine | clocks: %{}, timers: timers, retries: retries}, {:enter, state.name})
    machine = %{machine | state: index, own: List.to_tuple(values), entered: true}

    machine =
      state.vars
      |> Enum.drop(length(values))
      |> Enum.reduce(machine, fn init, machine ->
        {value, machine} = Evaluate.eval(init, machine)
        %{machine | own: Tuple.append(machine.own, value)}
      end)

    machine = state.transitions |> Enum.with_index() |> Enum.reduce(machine, &clock/2)
    if state.end, do: machine |> Requests.abandon() |> acts(), else: machine
  end

  defp clock({%{on: on, of: of}, index}, machine) when on in [:every, :after] do
    {duration, machine} = Evaluate.milliseconds(of, machine)

    timer =
      if on == :every,
        do: Timers.interval(machine.now, duration),
        else: nil |> Timers.new() |> Timers.arm(machine.now, Timers.later(machine.now, max(duration, 1)))

    %{machine | clocks: Map.put(machine.clocks, index, timer)}
  end

  defp clock(_, machine), do: machine

  defp take(machine, transition) do
    machine = Enum.reduce(transition.actions, machine, &perform/2)

    case transition[:next] do
      nil ->
        machine

      %{retry: index, again: again, spent: spent} ->
        case retry(machine, index) do
          {true, machine} -> follow(machine, again)
          {false, machine} -> follow(machine, spent)
        end

      next ->
        follow(machine, next)
    end
  end

  defp follow(machine, next) do
    {values, machine} = Enum.map_reduce(next.values, machine, &Evaluate.eval/2)
    enter(machine, next.state, values)
  end

  defp retry(machine, index) do
    retries = Enum.map(machine.retries, &%{&1 | due: nil})
    {again?, retry, entropy} = retries |> Enum.at(index) |> Timers.try_again(machine.now, machine.entropy)
    {again?, %{machine | retries: List.replace_at(retries, index, retry), entropy: entropy}}
  end

  # What transitions do.

  defp perform(%{do: :deliver}, %{came: :message} = machine), do: act(machine, {:deliver, machine.message})
  defp perform(%{do: :send} = action, machine), do: send_made(action, machine)

  defp perform(%{do: :send_given}, %{came: :call, message: given} = machine),
    do: finish(machine, %{given | envelope: machine.said})

  defp perform(%{do: :set, base: base, index: index, value: expr}, machine) do
    {value, machine} = Evaluate.eval(expr, machine)
    Map.update!(machine, @variables[base], &put_elem(&1, index, value))
  end

  defp perform(%{do: :arm, index: index}, machine) do
    {duration, machine} = Evaluate.milliseconds(Enum.at(state(machine).timers, index).duration, machine)
    at = Timers.later(machine.now, max(duration, 1))
    %{machine | timers: List.update_at(machine.timers, index, &Timers.arm(&1, machine.now, at))}
  end

  defp perform(%{do: :disarm, index: index}, machine), do: %{machine | timers: List.update_at(machine.timers, index, &Timers.disarm/1)}

  defp perform(%{do: :reset, index: index}, machine),
    do: %{machine | retries: List.update_at(machine.retries, index, &Timers.retry(&1.plan))}

  defp perform(%{do: :connect}, machine), do: act(machine, :connect)
  defp perform(%{do: :close, reason: reason}, machine), do: act(machine, {:close, reason})
  defp perform(%{do: :drop, reason: reason}, machine), do: act(machine, {:drop, reason})
  defp perform(%{do: :count} = action, machine), do: Evaluate.count(machine, action.meter, action.key, action.tier)

  defp perform(%{do: :track, index: index}, machine) do
    case Requests.full(machine, index) do
      nil -> tracked(machine, index)
      most -> act(machine, {:full, most})
    end
  end

  defp perform(%{do: :resolve, index: index}, machine) do
    case Requests.resolve(machine, index) do
      {nil, machine} -> perform(%{do: :report}, machine)
      {answer, machine} -> act(machine, answer)
    end
  end

  defp perform(%{do: :resend, index: index}, machine), do: acts({Requests.again(machine, index), machine})

  defp perform(%{do: :fail, index: index} = action, machine),
    do: machine |> Requests.fail(index, action.guard, action.answer) |> acts()

  defp perform(%{do: :report}, %{came: :message} = machine),
    do: unexpected(machine, elem(machine.schema.messages, machine.message.message).name)

  defp perform(%{do: :report}, %{came: came} = machine) when came in [:malformed, :open, :closed],
    do: unexpected(machine, Atom.to_string(came))

  defp perform(%{do: what} = action, machine) when what in [:lookup, :store, :forget] do
    table = Enum.at(machine.role.tables, action.table)
    {key, machine} = Evaluate.eval(action.key, machine)
    row(what, action, table, Evaluate.key_text(key), machine)
  end

  defp perform(_, machine), do: machine

  # What is sent waits for its answer.
  defp tracked(machine, index) do
    case perform(%{do: :send_given}, machine) do
      %{actions: [{:send, request, _} | _]} = machine -> Requests.track(machine, index, request)
      machine -> machine
    end
  end

  @doc "Gives up on the oldest request whose first key this is."
  @spec cancel(Machine.t(), String.t()) :: Machine.t()
  def cancel(machine, key) do
    transitions = Enum.filter(state(machine).transitions, &(&1.on == :cancel))

    Enum.reduce_while(transitions, act(machine, {:not_now, "cancel", state(machine).name}), fn %{of: index}, refused ->
      case Requests.cancel(machine, index, key) do
        {nil, _} ->
          {:cont, refused}

        {request, machine} ->
          machine = %{machine | came: :message, message: request, refused: nil, row: nil}
          {:halt, machine |> transition(:cancel, index) |> elem(1)}
      end
    end)
  end

  defp row(:lookup, action, table, key, machine), do: act(%{machine | asked: action.table}, {:lookup, table.space, key})
  defp row(:forget, _, table, key, machine), do: act(machine, {:forget, table.space, key})

  defp row(:store, action, table, key, machine) do
    {fields, machine} = given(action.fields, machine)
    row = Drafts.with_defaults(elem(machine.schema.types, table.row).members, fields)
    text = Encode.encode_value(machine.schema, table.row, row)
    {lives, machine} = Evaluate.milliseconds(table.expires, machine)
    act(machine, {:store, table.space, key, text, min(machine.unix + lives, @u64)})
  end

  @doc "Stores those persisted variables that are not none; forgets them if all are."
  @spec keep(Machine.t(), {String.t(), String.t()}) :: Machine.t()
  def keep(machine, {space, key}) do
    kept =
      for {var, value} <- Enum.zip(machine.role.persists, Tuple.to_list(machine.persists)),
          value != nil,
          do: {var.name, {:raw, Encode.encode_value(machine.schema, var.type, value)}}

    if kept == [],
      do: act(machine, {:forget, space, key}),
      else: act(machine, {:store, space, key, Values.text_of({:object, kept}), nil})
  end

  defp send_made(action, machine) do
    message = elem(machine.schema.messages, action.message)
    {given, machine} = given(action.envelope, machine)
    {fields, machine} = given(action.body, machine)
    type = elem(machine.schema.types, message.body)
    body = if type.kind == :record, do: Drafts.with_defaults(type.members, fields), else: {:raw, "{}"}
    members = Map.new(elem(machine.schema.envelopes, message.envelope).members, &{&1.name, &1})
    envelope = Enum.filter(given, fn {name, value} -> value != nil or members[name].required end)
    finish(machine, %Decoded{message: action.message, tag: message.tag || "", envelope: envelope, body: body})
  end

  defp given(members, machine) do
    Enum.map_reduce(members, machine, fn [name, expr], machine ->
      {value, machine} = Evaluate.eval(expr, machine)
      {{name, value}, machine}
    end)
  end

  # Stamps and checks a message of whose envelope only what is said stands there. What is sent is what the peer reads: the text, read again,
  # has every value in its canonical form.
  defp finish(machine, made) do
    {made, machine} = Stamping.stamp(machine, state(machine).stamps, made)
    text = Codec.encode(machine.schema, made)

    case Codec.decode(machine.schema, text) do
      {:ok, decoded} -> act(machine, {:send, decoded, text})
      {:error, refused} -> act(machine, {:invalid, refused.violations})
    end
  end

  # What runs by time.

  @doc "The earliest deadline, of which group and which in it."
  @spec earliest(Machine.t()) :: {integer(), 0..2, non_neg_integer()} | nil
  def earliest(machine) do
    clocks = for {index, timer} <- machine.clocks, do: {Timers.deadline(timer), 0, index}
    timers = for {timer, index} <- Enum.with_index(machine.timers), do: {Timers.deadline(timer), 1, index}
    retries = for {retry, index} <- Enum.with_index(machine.retries), do: {retry.due, 2, index}
    (clocks ++ timers ++ retries) |> Enum.reject(&(elem(&1, 0) == nil)) |> Enum.min(fn -> nil end)
  end

  @doc "Takes all that is due, the earliest first."
  @spec due(Machine.t()) :: Machine.t()
  def due(machine) do
    case {earliest(machine), Requests.earliest(machine)} do
      # Of equal deadlines, those of requests come last.
      {found, {due, index}} when due <= machine.now and (found == nil or due < elem(found, 0)) ->
        machine |> nothing_came() |> Requests.overdue(index) |> acts() |> due()

      {{due, group, index}, _} when due <= machine.now ->
        machine |> nothing_came() |> fire(group, index) |> due()

      _ ->
        machine
    end
  end

  defp fire(machine, 0, index) do
    machine = %{machine | clocks: Map.update!(machine.clocks, index, &Timers.take(&1, machine.now))}
    transition = Enum.at(state(machine).transitions, index)

    case Evaluate.holds?(transition[:guard], machine) do
      {true, machine} -> machine |> take(transition) |> settle()
      {false, machine} -> machine
    end
  end

  defp fire(machine, 1, index) do
    timers = List.update_at(machine.timers, index, &Timers.take(&1, machine.now))
    %{machine | timers: timers} |> transition(:timeout, index) |> elem(1)
  end

  defp fire(machine, 2, index) do
    retries = List.update_at(machine.retries, index, &%{&1 | due: nil})
    %{machine | retries: retries} |> transition(:due, index) |> elem(1)
  end

  defp nothing_came(machine), do: %{machine | came: nil, message: nil, refused: nil, row: nil}
end
