# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Handlers do
  @moduledoc "How what handles an element is called, and how an application's submits and results are read."

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Binding
  alias PacketFlow.Runtime.Encode
  alias PacketFlow.Runtime.Entropy
  alias PacketFlow.Runtime.Terms
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Walk
  alias PacketFlow.Runtime.Work
  alias PacketFlow.Runtime.Work.Outcome
  alias PacketFlow.Runtime.Work.Unit

  @typedoc """
  Of an element's input it gives the output. One of two arguments is given a map too: `id`, `kind` as `group:element`, `priority`, `more`. What it
  raises is a failure; `throw({:failed, code, message})` one with a code.
  """
  @type handler :: (term() -> term()) | (term(), map() -> term())

  @doc "What a handler gives, as JSON text; or why it gives nothing."
  @spec run(module(), Work.t(), handler(), Unit.t(), String.t()) :: {String.t() | nil, Work.failure() | nil}
  def run(tables, work, handler, unit, kind) do
    with {:ok, given} <- given(tables, work, unit, kind),
         {:ok, text} <- written(tables, work, kind, called(handler, given, unit, kind)),
         nil <- Work.check(work, kind, :output, text),
         nil <- too_large(work, text) do
      {text, nil}
    else
      {:error, failure} -> {nil, failure}
      failure -> {nil, failure}
    end
  rescue
    error -> {nil, Work.failure(work, :failed, "the handler failed: #{Exception.message(error)}")}
  catch
    {:failed, code, message} -> {nil, {code, message}}
    kind, reason -> {nil, Work.failure(work, :failed, "the handler failed: #{inspect({kind, reason})}")}
  end

  @doc "The unit that an application asks for; `Refused` if it does not conform."
  @spec unit(module(), Work.t(), struct() | map() | keyword()) :: {:ok, Unit.t()} | {:error, Refused.t()}
  def unit(tables, work, packet) do
    record = elem(work.schema.messages, work.request).body
    {:object, members} = Binding.value(tables, record, packet)
    id = List.keymember?(members, work.members.id, 0)
    members = if id, do: members, else: [{work.members.id, uuid()} | members]

    filled =
      for member <- elem(work.schema.types, record).members,
          member.fill != nil and not List.keymember?(members, member.name, 0),
          do: {member.name, member.fill_value}

    text = Encode.encode_value(work.schema, record, {:object, members ++ filled})
    with {:ok, body} <- Walk.decode_value(work.schema, record, text), do: {:ok, Work.unit(work, body)}
  rescue
    refused in Refused -> {:error, refused}
  end

  @doc "An outcome as an application sees it: the record that answers."
  @spec result(module(), Work.t(), String.t() | nil, Outcome.t()) :: struct()
  def result(tables, work, kind, outcome) do
    failure = kind && outcome.output && Work.check(work, kind, :output, outcome.output)
    outcome = if failure, do: %{outcome | output: nil, failure: failure}, else: outcome
    made = Binding.object(tables, elem(work.schema.messages, work.reply).body, Work.answer(work, outcome))

    case kind && outcome.output && Work.typed(work, kind, :output) do
      nil ->
        made

      of ->
        {:ok, value} = Walk.decode_value(work.schema, of, outcome.output)
        {_, field} = List.keyfind(made.__struct__.__wire__(), work.members.output, 0)
        Map.replace!(made, field, Binding.object(tables, of, value))
    end
  end

  @doc "What is said of a submit that does not conform."
  @spec invalid(Work.t(), String.t(), Refused.t()) :: Outcome.t()
  def invalid(work, id, refused),
    do: %Outcome{id: id, failure: Work.failure(work, :invalid, Enum.join(refused.violations, "; "))}

  defp given(tables, work, unit, kind) do
    case Work.typed(work, kind, :input) do
      nil ->
        {:ok, Values.plain({:raw, unit.input})}

      of ->
        case Walk.decode_value(work.schema, of, unit.input) do
          {:ok, value} -> {:ok, Binding.object(tables, of, value)}
          {:error, refused} -> {:error, Work.refusal(work, refused)}
        end
    end
  end

  defp called(handler, given, _, _) when is_function(handler, 1), do: handler.(given)

  defp called(handler, given, unit, kind) do
    more = Map.new(unit.more, fn {name, value} -> {name, Values.plain(value)} end)
    handler.(given, %{id: unit.id, kind: kind, priority: unit.priority, more: more})
  end

  defp written(tables, work, kind, made) do
    case Work.typed(work, kind, :output) do
      nil -> {:ok, made |> Terms.write() |> IO.iodata_to_binary()}
      of -> {:ok, Encode.encode_value(work.schema, of, Binding.value(tables, of, made))}
    end
  end

  defp too_large(work, text) do
    most = work.schema.limits.message - 4_096

    if byte_size(text) > most,
      do: Work.failure(work, :failed, "the handler gave #{byte_size(text)} octets, and #{most} can be sent")
  end

  defp uuid, do: :system |> Entropy.uuid() |> elem(0)
end
