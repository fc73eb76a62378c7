# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Findings do
  @moduledoc "What is wrong, and where: violations with JSON pointers, and a bound on how many there can be."

  alias PacketFlow.Runtime.Words
  alias PacketFlow.Violation

  @most 1_000
  @most_octets 1_048_576

  defstruct found: [], count: 0, octets: 0

  @type t :: %__MODULE__{found: [Violation.t()], count: non_neg_integer(), octets: non_neg_integer()}

  @typedoc "The place that is looked at: steps of a pointer, the last one first."
  @type path :: [String.t()]

  @doc "Whether no more is looked for."
  @spec full?(t()) :: boolean()
  def full?(%__MODULE__{count: 0}), do: false
  def full?(findings), do: findings.count >= @most or findings.octets >= @most_octets

  @doc "The place of a member."
  @spec enter(path(), String.t()) :: path()
  def enter(path, name) do
    [name |> String.replace("~", "~0") |> String.replace("/", "~1") | path]
  end

  @doc "Notes what is wrong at a place."
  @spec note(t(), path(), String.t(), String.t(), String.t()) :: t()
  def note(findings, path, rule, expected, actual) do
    if full?(findings) do
      findings
    else
      pointer = path |> Enum.reduce([], &[?/, &1 | &2]) |> IO.iodata_to_binary()
      violation = %Violation{pointer: pointer, rule: rule, expected: expected, actual: Words.shorten(actual)}

      %__MODULE__{
        found: [violation | findings.found],
        count: findings.count + 1,
        octets: findings.octets + byte_size(pointer)
      }
    end
  end

  @doc "Notes what is wrong with a member."
  @spec note_at(t(), path(), String.t(), String.t(), String.t(), String.t()) :: t()
  def note_at(findings, path, name, rule, expected, actual),
    do: note(findings, enter(path, name), rule, expected, actual)

  @doc "All violations, sorted; of those at one place that break one rule, the first."
  @spec finish(t()) :: [Violation.t()]
  def finish(%__MODULE__{found: []}), do: []

  def finish(findings) do
    findings.found
    |> Enum.reverse()
    |> Enum.sort_by(&{&1.pointer, &1.rule})
    |> Enum.dedup_by(&{&1.pointer, &1.rule})
  end
end
