# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Requests do
  @moduledoc "What a machine does about requests that wait for their answers."

  alias PacketFlow.Runtime.Codec
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Drafts
  alias PacketFlow.Runtime.Evaluate
  alias PacketFlow.Runtime.Machine
  alias PacketFlow.Runtime.Pending
  alias PacketFlow.Runtime.Timers
  alias PacketFlow.Runtime.Values

  @doc "No request waits."
  @spec none(map()) :: [Pending.t()]
  def none(role), do: Enum.map(role.pendings, &Pending.new(&1.most))

  @doc "How many may wait, if no further request is taken."
  @spec full(Machine.t(), non_neg_integer()) :: non_neg_integer() | nil
  def full(machine, index) do
    pending = Enum.at(machine.requests, index)
    if Pending.full?(pending), do: pending.most
  end

  @doc "A request that was sent waits from now on."
  @spec track(Machine.t(), non_neg_integer(), Decoded.t()) :: Machine.t()
  def track(machine, index, request) do
    table = Enum.at(machine.role.pendings, index)
    keys = Enum.map(table.keys, &key_of(request, &1.request))
    {within, machine} = about(machine, request, &Evaluate.milliseconds(table.within, &1))
    deadline = Timers.later(machine.now, max(within, 1))
    update(machine, index, &Pending.add(&1, request, keys, deadline))
  end

  @doc "What came, with the request that it answers, if it answers one."
  @spec resolve(Machine.t(), non_neg_integer()) :: {Machine.action() | nil, Machine.t()}
  def resolve(%{came: :message, message: reply} = machine, index) do
    table = Enum.at(machine.role.pendings, index)

    case Enum.find_index(table.replies, &(&1 == reply.message)) do
      nil ->
        {nil, machine}

      of ->
        keys = Enum.map(table.keys, &key_of(reply, Enum.at(&1.replies, of)))
        {request, machine} = taken(machine, index, &Pending.resolve(&1, keys))
        {request && {:answer, request, reply}, machine}
    end
  end

  def resolve(machine, _), do: {nil, machine}

  @doc "All that wait, to be sent again."
  @spec again(Machine.t(), non_neg_integer()) :: [Machine.action()]
  def again(machine, index) do
    for {_, request} <- machine.requests |> Enum.at(index) |> Pending.all(), do: {:send, request, Codec.encode(machine.schema, request)}
  end

  @doc "Answers those for which a condition holds, the oldest first."
  @spec fail(Machine.t(), non_neg_integer(), Evaluate.expr(), map()) :: {[Machine.action()], Machine.t()}
  def fail(machine, index, guard, answer) do
    waiting = machine.requests |> Enum.at(index) |> Pending.all()

    Enum.flat_map_reduce(waiting, machine, fn {serial, request}, machine ->
      case about(machine, request, &Evaluate.holds?(guard, &1)) do
        {true, machine} -> answered(machine, index, serial, answer)
        {false, machine} -> {[], machine}
      end
    end)
  end

  @doc "Takes away the oldest request whose first key this is."
  @spec cancel(Machine.t(), non_neg_integer(), String.t()) :: {Decoded.t() | nil, Machine.t()}
  def cancel(machine, index, key), do: taken(machine, index, &Pending.resolve(&1, [key]))

  @doc "Answers the first that is too late now."
  @spec overdue(Machine.t(), non_neg_integer()) :: {[Machine.action()], Machine.t()}
  def overdue(machine, index) do
    case taken(machine, index, &Pending.take_due(&1, machine.now)) do
      {nil, machine} -> {[], machine}
      {request, machine} -> made(machine, request, Enum.at(machine.role.pendings, index).late)
    end
  end

  @doc "Answers all that still wait where the machine ends."
  @spec abandon(Machine.t()) :: {[Machine.action()], Machine.t()}
  def abandon(machine) do
    waiting =
      for {{table, pending}, index} <- machine.role.pendings |> Enum.zip(machine.requests) |> Enum.with_index(),
          {serial, _} <- Pending.all(pending),
          do: {index, serial, table.late}

    Enum.flat_map_reduce(waiting, machine, fn {index, serial, late}, machine -> answered(machine, index, serial, late) end)
  end

  @doc "The earliest deadline, and its set."
  @spec earliest(Machine.t()) :: {integer(), non_neg_integer()} | nil
  def earliest(%{requests: []}), do: nil

  def earliest(machine) do
    due = for {pending, index} <- Enum.with_index(machine.requests), at = Pending.deadline(pending), do: {at, index}
    Enum.min(due, fn -> nil end)
  end

  defp answered(machine, index, serial, answer) do
    {request, machine} = taken(machine, index, &Pending.remove(&1, serial))
    made(machine, request, answer)
  end

  # A reply that is made: in the request's envelope, checked as what is sent is.
  defp made(machine, request, answer) do
    message = elem(machine.schema.messages, answer.message)

    {fields, machine} =
      about(machine, request, fn machine ->
        Enum.map_reduce(answer.body, machine, fn [name, expr], machine ->
          {value, machine} = Evaluate.eval(expr, machine)
          {{name, value}, machine}
        end)
      end)

    body = Drafts.with_defaults(elem(machine.schema.types, message.body).members, fields)
    made = %Decoded{message: answer.message, tag: message.tag || "", envelope: request.envelope, body: body}

    case Codec.decode(machine.schema, Codec.encode(machine.schema, made)) do
      {:ok, reply} -> {[{:answer, request, reply}], machine}
      {:error, refused} -> {[{:invalid, refused.violations}], machine}
    end
  end

  # What is said while a request is what came.
  defp about(machine, request, say) do
    {said, after_} = say.(%{machine | came: :message, message: request, refused: nil, row: nil})
    {said, %{after_ | came: machine.came, message: machine.message, refused: machine.refused, row: machine.row}}
  end

  defp taken(machine, index, take) do
    {request, pending} = machine.requests |> Enum.at(index) |> take.()
    {request, update(machine, index, fn _ -> pending end)}
  end

  defp update(machine, index, change), do: %{machine | requests: List.update_at(machine.requests, index, change)}

  # The text of a member by which messages are told apart; none where it is absent.
  defp key_of(_, nil), do: nil

  defp key_of(message, member) do
    of = if member.of == "body", do: message.body, else: {:object, message.envelope}

    case Values.member(of, member.name) do
      {:ok, value} when value != nil and not is_boolean(value) -> Evaluate.key_text(value)
      _ -> nil
    end
  end
end
