# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Stamping do
  @moduledoc """
  What a state's stamps do to an envelope.

  What the application or the schema gives is given whole: a record that stands there says the defaults of its members too. Of a record that
  is made by the way nothing is said but what other stamps put there.
  """

  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Evaluate
  alias PacketFlow.Runtime.Machine
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Values

  @doc "Stamps a message of whose envelope only what is said stands there, and gives the rest its defaults."
  @spec stamp(Machine.t(), [map()], Decoded.t()) :: {Decoded.t(), Machine.t()}
  def stamp(machine, stamps, made) do
    of = elem(machine.schema.messages, made.message).envelope
    members = elem(machine.schema.envelopes, of).members
    stamping = %{schema: machine.schema, members: members, made: []}
    stamps = Enum.filter(stamps, &(&1.envelope == of))
    {envelope, stamping, machine} = Enum.reduce(stamps, {made.envelope, stamping, machine}, &one/2)
    {%{made | envelope: complete(envelope, stamping)}, machine}
  end

  defp one(stamp, {envelope, stamping, machine}) do
    if stamp.absent and stands?(stamp.path, {:object, envelope}, stamping.members, [], stamping) do
      {envelope, stamping, machine}
    else
      case Evaluate.eval(stamp.value, machine) do
        {nil, machine} ->
          {envelope, stamping, machine}

        {value, machine} ->
          {envelope, stamping} = put(stamp.path, envelope, value, stamping.members, [], stamping)
          {envelope, stamping, machine}
      end
    end
  end

  # Whether the member that a path leads to is said. `before` is the way so far, the last step first.
  defp stands?([], _, _, _, _), do: true

  defp stands?([name | path], value, members, before, stamping) do
    case {named(members, name), Values.member(value, name)} do
      {nil, _} ->
        false

      {member, {:ok, value}} ->
        stands?(path, value, within(stamping, member), [name | before], stamping)

      {member, :error} ->
        whole?(member, before, stamping) and stands?(path, member.fill_value, within(stamping, member), [name | before], stamping)
    end
  end

  # Whether a member that is not said stands there by its default: in a record that is given whole.
  defp whole?(member, before, stamping), do: before != [] and before not in stamping.made and member.fill != nil

  defp put([name | path], here, value, members, before, stamping) do
    case named(members, name) do
      nil -> {here, stamping}
      _ when path == [] -> {Values.put(here, name, value), stamping}
      member -> inside(member, path, here, value, [name | before], stamping)
    end
  end

  defp inside(member, path, here, value, [name | before] = way, stamping) do
    {inner, stamping} =
      case Values.fetch(here, name) do
        {:ok, inner} ->
          {inner, stamping}

        :error ->
          if whole?(member, before, stamping),
            do: {member.fill_value, stamping},
            else: {{:object, []}, %{stamping | made: stamping.made ++ [way]}}
      end

    case inner do
      {:object, members} ->
        {members, stamping} = put(path, members, value, within(stamping, member), way, stamping)
        {Values.put(here, name, {:object, members}), stamping}

      _ ->
        {here, stamping}
    end
  end

  # All of which nothing is said: members of the envelope, and of records that were made.
  defp complete(envelope, stamping) do
    Enum.reduce(stamping.made, fill(stamping.members, envelope), fn way, envelope ->
      fill_at(Enum.reverse(way), stamping.members, envelope, stamping)
    end)
  end

  defp fill_at([], members, here, _), do: fill(members, here)

  defp fill_at([name | path], members, here, stamping) do
    {:ok, {:object, inner}} = Values.fetch(here, name)
    Values.put(here, name, {:object, fill_at(path, within(stamping, named(members, name)), inner, stamping)})
  end

  defp fill(members, here) do
    Enum.reduce(members, here, fn member, here ->
      if member.fill == nil or List.keymember?(here, member.name, 0), do: here, else: Values.put(here, member.name, member.fill_value)
    end)
  end

  defp named(members, name), do: Enum.find(members, &(&1.name == name))
  defp within(stamping, member), do: (stamping.schema |> Schema.unwrap(member.type) |> elem(0)).members
end
