# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Evaluate do
  @moduledoc """
  Expressions of sessions. Durations and moments are integers of milliseconds; none is `nil`.

  An expression is evaluated in a machine: its options and variables, what came, the time. What is drawn and asked is gone afterwards, so each
  function gives back the machine too.
  """

  alias PacketFlow.Runtime.Digest
  alias PacketFlow.Runtime.Entropy
  alias PacketFlow.Runtime.Formats
  alias PacketFlow.Runtime.Machine
  alias PacketFlow.Runtime.Numbers
  alias PacketFlow.Runtime.Policy
  alias PacketFlow.Runtime.Values

  @type expr :: map() | nil

  # The characters of a refusal that stand in a header.
  @most_said 400

  @doc "The expression's value; `nil` where there is none."
  @spec eval(expr(), Machine.t()) :: {Values.t(), Machine.t()}
  def eval(nil, machine), do: {nil, machine}
  def eval(%{op: op, value: value}, machine) when op in [:text, :bool], do: {value, machine}
  def eval(%{op: :int, value: value}, machine), do: {whole(value), machine}
  def eval(%{op: :float, value: value}, machine), do: {value * 1.0, machine}
  def eval(%{op: :none}, machine), do: {nil, machine}
  def eval(%{op: :option, index: index, path: path}, machine), do: {within(elem(machine.options, index), path), machine}
  def eval(%{op: :var, index: index, path: path}, machine), do: {within(elem(machine.vars, index), path), machine}
  def eval(%{op: :persist, index: index, path: path}, machine), do: {within(elem(machine.persists, index), path), machine}
  def eval(%{op: :state, index: index, path: path}, machine), do: {within(elem(machine.own, index), path), machine}
  def eval(%{op: :body, path: path}, machine), do: {within(machine.message && machine.message.body, path), machine}

  def eval(%{op: :envelope, path: path}, machine),
    do: {within(machine.message && {:object, machine.message.envelope}, path), machine}

  def eval(%{op: :row, path: path}, machine), do: {within(machine.row, path), machine}
  def eval(%{op: :tag}, machine), do: {machine.message && machine.message.tag, machine}
  def eval(%{op: :refused, what: what}, machine), do: {said(what, machine.refused), machine}
  def eval(%{op: :peek, pointer: pointer, is: is}, machine), do: {peeked(machine, pointer, is), machine}
  def eval(%{op: :now}, machine), do: {machine.unix, machine}
  def eval(%{op: :peer}, machine), do: {machine.peer, machine}

  def eval(%{op: :fresh}, machine) do
    {text, entropy} = Entropy.uuid(machine.entropy)
    {text, %{machine | entropy: entropy}}
  end

  def eval(%{op: :fresh_hex, prefix: prefix, digits: digits}, machine) do
    {text, entropy} = Entropy.hex(machine.entropy, prefix, digits)
    {text, %{machine | entropy: entropy}}
  end

  def eval(%{op: :has, of: of}, machine) do
    {value, machine} = eval(of, machine)
    {value != nil, machine}
  end

  def eval(%{op: :not, of: of}, machine) do
    {value, machine} = eval(of, machine)
    {value != true, machine}
  end

  def eval(%{op: :of_unit, of: of, unit: unit}, machine) do
    {value, machine} = eval(of, machine)
    {value && Numbers.saturated(integer(value) * unit, false), machine}
  end

  def eval(%{op: :in_unit, of: of, unit: unit, up: up}, machine) do
    {value, machine} = eval(of, machine)
    {value && Integer.floor_div(integer(value) + if(up, do: unit - 1, else: 0), unit), machine}
  end

  def eval(%{op: :rfc3339, of: of}, machine) do
    {value, machine} = eval(of, machine)
    {value && Formats.rfc3339(integer(value)), machine}
  end

  def eval(%{op: :object, members: members} = expr, machine) do
    {made, machine} =
      Enum.reduce(members, {[], machine}, fn [name, member, left_out], {made, machine} ->
        {value, machine} = eval(member, machine)
        {if(left_out and value == nil, do: made, else: [{name, value} | made]), machine}
      end)

    {carried({:object, Enum.reverse(made)}, expr), machine}
  end

  def eval(%{op: :list, items: items} = expr, machine) do
    {made, machine} = Enum.map_reduce(items, machine, &eval/2)
    {carried(made, expr), machine}
  end

  def eval(%{op: :digest, digest: digest, of: of}, machine) do
    {items, machine} = eval(of, machine)
    {Digest.of(elem(machine.schema.digests, digest), items || []), machine}
  end

  def eval(%{op: :grant, tiers: index} = expr, machine) do
    {agent, machine} = eval(expr.agent, machine)
    {claim, machine} = eval(expr.claim, machine)
    {key, machine} = eval(expr.key, machine)
    tiers = elem(machine.schema.tiers, index)
    granted = Policy.grant(machine.policy, tiers, text(agent), level(tiers, claim), if(is_binary(key), do: key))
    {Enum.at(tiers, granted).wire, machine}
  end

  def eval(%{op: :may, tiers: index, tier: tier, capability: capability}, machine) do
    {tier, machine} = eval(tier, machine)
    tiers = elem(machine.schema.tiers, index)
    {capability in Enum.at(tiers, level(tiers, tier)).may, machine}
  end

  def eval(%{op: :wait, meter: meter, key: key, tier: tier}, machine) do
    case metered(machine, meter, key, tier) do
      {_, _, nil, machine} ->
        {0, machine}

      {table, key, rate, machine} ->
        {wait, policy} = Policy.wait(machine.policy, table, key, rate, machine.now)
        {wait, %{machine | policy: policy}}
    end
  end

  def eval(%{op: op, left: left, right: right}, machine) when op in [:and, :or] do
    {value, machine} = eval(left, machine)

    if value == true == (op == :or) do
      {op == :or, machine}
    else
      {value, machine} = eval(right, machine)
      {value == true, machine}
    end
  end

  def eval(%{op: :coalesce, left: left, right: right}, machine) do
    case eval(left, machine) do
      {nil, machine} -> eval(right, machine)
      found -> found
    end
  end

  def eval(%{op: op, left: left, right: right} = expr, machine) do
    {left, machine} = eval(left, machine)
    {right, machine} = eval(right, machine)
    {binary(op, left, right, expr, machine.schema), machine}
  end

  @doc "Whether a guard holds."
  @spec holds?(expr(), Machine.t()) :: {boolean(), Machine.t()}
  def holds?(nil, machine), do: {true, machine}

  def holds?(guard, machine) do
    {value, machine} = eval(guard, machine)
    {value == true, machine}
  end

  @doc "The milliseconds of a duration."
  @spec milliseconds(expr(), Machine.t()) :: {non_neg_integer(), Machine.t()}
  def milliseconds(expr, machine) do
    {value, machine} = eval(expr, machine)
    {max(integer(value), 0), machine}
  end

  @doc "Counts one."
  @spec count(Machine.t(), non_neg_integer(), expr(), expr()) :: Machine.t()
  def count(machine, meter, key, tier) do
    case metered(machine, meter, key, tier) do
      {_, _, nil, machine} -> machine
      {table, key, rate, machine} -> %{machine | policy: Policy.count(machine.policy, table, key, rate, machine.now)}
    end
  end

  @doc "The integer that a value is; 0 for what is none."
  @spec integer(Values.t()) :: integer()
  def integer(number) when is_integer(number), do: number

  def integer({:number, text}) do
    case Integer.parse(text) do
      {number, ""} -> number
      _ -> 0
    end
  end

  def integer(_), do: 0

  @doc "A key's text: of a text the text, of an integer its digits."
  @spec key_text(Values.t()) :: String.t()
  def key_text(nil), do: ""
  def key_text(text) when is_binary(text), do: text
  def key_text({:number, text}), do: text
  def key_text(value), do: value |> integer() |> Integer.to_string()

  defp metered(machine, meter, key, tier) do
    table = Enum.at(machine.role.meters, meter)
    {key, machine} = eval(key, machine)
    {of, machine} = eval(tier, machine)

    rate =
      case table.tiers do
        nil -> table.rate
        index -> machine.schema.tiers |> elem(index) |> then(&Enum.at(&1, level(&1, of)).rate)
      end

    {table, text(key), rate, machine}
  end

  # What is none of the tiers is the last.
  defp level(tiers, value), do: Enum.find_index(tiers, &(&1.wire == value)) || length(tiers) - 1

  defp binary(op, left, right, expr, _) when op in [:add, :sub, :mul] do
    {a, b} = {integer(left), integer(right)}
    result = %{add: a + b, sub: a - b, mul: a * b}[op]
    Numbers.saturated(result, expr.signed)
  end

  defp binary(op, left, right, %{tiers: tiers}, schema) when tiers != nil do
    known = elem(schema.tiers, tiers)
    compare(op, left && -level(known, left), right && -level(known, right))
  end

  defp binary(op, left, right, _, _), do: compare(op, left, right)

  defp compare(:eq, left, right), do: equal?(left, right)
  defp compare(:ne, left, right), do: not equal?(left, right)

  defp compare(op, left, right) do
    {a, b} = {ordered(left), ordered(right)}

    cond do
      a == nil or b == nil or is_binary(a) != is_binary(b) -> false
      op == :lt -> a < b
      op == :le -> a <= b
      op == :gt -> a > b
      op == :ge -> a >= b
    end
  end

  # A value that can be compared: numbers as they are, texts by their octets.
  defp ordered({:number, text}), do: if(Numbers.whole?(text), do: String.to_integer(text), else: Numbers.double(text))
  defp ordered(value) when is_binary(value) or is_number(value), do: value
  defp ordered(_), do: nil

  defp equal?({:raw, a}, b), do: a == Values.text_of(b)
  defp equal?(a, {:raw, _} = b), do: equal?(b, a)

  defp equal?(a, b) when is_binary(a) and is_binary(b),
    do: a == b or (Formats.uuid?(a) and Formats.uuid?(b) and String.downcase(a) == String.downcase(b))

  defp equal?(a, b) do
    case {ordered(a), ordered(b)} do
      {x, y} when is_number(x) and is_number(y) -> x == y
      _ -> unordered(a) == unordered(b)
    end
  end

  # Members are equal in any order.
  defp unordered({:object, members}), do: Map.new(members, fn {name, value} -> {name, unordered(value)} end)
  defp unordered(items) when is_list(items), do: Enum.map(items, &unordered/1)
  defp unordered(value), do: value

  defp within(value, []), do: value

  defp within(value, [name | path]) do
    case Values.member(value, name) do
      {:ok, value} -> within(value, path)
      :error -> nil
    end
  end

  defp carried(value, %{raw: true}), do: {:raw, Values.text_of(value)}
  defp carried(value, _), do: value

  # What is said of what was refused.
  defp said(_, nil), do: nil
  defp said("tag", refused), do: refused.tag
  defp said("size", refused), do: refused.size
  defp said("rule", refused), do: hd(refused.violations).rule
  defp said("pointer", refused), do: hd(refused.violations).pointer

  defp said("text", refused) do
    first = hd(refused.violations)
    colon = if first.pointer == "", do: "", else: ": "
    placed("#{first.pointer}#{colon}expected #{first.expected}, got #{first.actual}", first)
  end

  # Of framed text it is fit to stand in a header; what breaks the form is told with its place already.
  defp placed(text, %{line: nil}), do: text

  defp placed(text, %{line: line, column: column}) do
    text = for(<<point::utf8 <- text>>, into: "", do: in_ascii(point)) |> String.slice(0, @most_said)
    place = " at line #{line}, column #{column}"
    if String.ends_with?(text, place), do: text, else: text <> place
  end

  defp in_ascii(point) when point in ?\s..?~, do: <<point>>
  defp in_ascii(?\t), do: "\\t"
  defp in_ascii(?\r), do: "\\r"
  defp in_ascii(?\n), do: "\\n"
  defp in_ascii(?…), do: "..."
  defp in_ascii(point), do: "\\u{" <> String.downcase(Integer.to_string(point, 16)) <> "}"

  # What stands at a pointer of what was malformed, if it can be read as that.
  defp peeked(%{came: :malformed, refused: refused}, pointer, is) do
    case {is, refused.readable} do
      {"uint", %{^pointer => value}} when is_integer(value) -> value
      {"string", %{^pointer => value}} when is_binary(value) -> value
      _ -> nil
    end
  end

  defp peeked(_, _, _), do: nil

  defp text(text) when is_binary(text), do: text
  defp text(_), do: ""

  defp whole(text) when is_binary(text), do: String.to_integer(text)
  defp whole(number), do: number
end
