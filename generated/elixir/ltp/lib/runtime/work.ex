# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule LTP.Runtime.Work do
  @moduledoc "What a schema says of work: which messages and members say what, and what elements there are."

  alias LTP.Refused
  alias LTP.Runtime.Decoded
  alias LTP.Runtime.Evaluate
  alias LTP.Runtime.Schema
  alias LTP.Runtime.Values
  alias LTP.Runtime.Walk

  defmodule Unit do
    @moduledoc """
    A unit of work, as it is submitted: its `input` is JSON text, `timeout` milliseconds from the submit, `after` are ids of what must have been
    done before, `more` is what else the request says.
    """
    defstruct [:id, :group, :element, :input, :timeout, priority: 0, after: [], more: []]

    @type t :: %__MODULE__{}
  end

  defmodule Outcome do
    @moduledoc "What became of a unit: its `output` as JSON text, or the `failure`, a code and words; and how many milliseconds it `took`."
    defstruct [:id, :output, :failure, took: 0]

    @type t :: %__MODULE__{}
  end

  defstruct [:schema, :request, :reply, :fault, :beat, :codes, :members, :open, :refused, routes: %{}, elements: %{}]

  @type t :: %__MODULE__{}
  @type failure :: {code :: String.t(), message :: String.t()}

  @doc "One declaration of work."
  @spec new(Schema.t(), non_neg_integer()) :: t()
  def new(schema, index) do
    table = elem(schema.works, index)
    set = elem(schema.groups, table.groups)

    elements =
      for group <- set.groups, element <- group.elements, name <- [element.name | element.aliases], into: %{} do
        {{group.code, name}, element}
      end

    %__MODULE__{
      schema: schema,
      request: table.request,
      reply: table.reply,
      fault: table.fault,
      beat: table.beat,
      codes: table.codes,
      members: table.members,
      open: set.open,
      refused: set.refuse,
      routes: Map.new(set.groups, &{&1.code, &1.route}),
      elements: elements
    }
  end

  @doc "What an element is known by, whichever of its names is used; nothing where no such element can be asked for."
  @spec kind(t(), String.t(), String.t()) :: String.t() | nil
  def kind(work, group, element) do
    case work.elements do
      %{{^group, ^element} => known} -> "#{group}:#{known.name}"
      _ -> if work.open and is_map_key(work.routes, group), do: "#{group}:#{element}"
    end
  end

  @doc "The same of what stands in one text, `group:element`."
  @spec kind_of(t(), String.t()) :: String.t() | nil
  def kind_of(work, text) do
    case String.split(text, ":", parts: 2) do
      [group, element] -> kind(work, group, element)
      _ -> nil
    end
  end

  @doc "Whether an element is never begun anew where it is not known what became of it."
  @spec once?(t(), String.t()) :: boolean()
  def once?(work, kind), do: Map.get(element(work, kind), :once, false)

  @doc "The record that an element takes (`:input`) or gives (`:output`); nothing if that is any JSON."
  @spec typed(t(), String.t(), :input | :output) :: non_neg_integer() | nil
  def typed(work, kind, part), do: Map.get(element(work, kind), part)

  defp element(work, kind) do
    [group, name] = String.split(kind, ":", parts: 2)
    Map.get(work.elements, {group, name}, %{})
  end

  @doc "Why a value is not what an element takes or gives."
  @spec check(t(), String.t(), :input | :output, String.t()) :: failure() | nil
  def check(work, kind, part, json) do
    with of when of != nil <- typed(work, kind, part),
         {:error, refused} <- Walk.decode_value(work.schema, of, json) do
      refusal(work, refused)
    else
      _ -> nil
    end
  end

  @doc "A value of the wrong type, with all that is wrong with it."
  @spec refusal(t(), Refused.t()) :: failure()
  def refusal(work, refused), do: {work.refused, "the value does not conform; #{Enum.join(refused.violations, "; ")}"}

  @doc "A failure by what went wrong, such as `:late`."
  @spec failure(t(), atom(), String.t()) :: failure()
  def failure(work, what, message), do: {work.codes[what], message}

  # Between bodies of messages and what they say.

  @doc "The unit that a request's body asks for."
  @spec unit(t(), Values.t()) :: Unit.t()
  def unit(%{members: of}, {:object, members}) do
    known = for name <- [:id, :group, :element, :input, :priority, :timeout, :after], of[name], do: of[name]
    after_ = said(members, of[:after])
    timeout = said(members, of[:timeout])

    %Unit{
      id: text(members, of.id),
      group: text(members, of.group),
      element: text(members, of.element),
      input: members |> said(of.input) |> Values.text_of(),
      priority: number(said(members, of[:priority]) || of[:usual_priority]),
      timeout: timeout && number(timeout),
      after: after_ || [],
      more: Enum.reject(members, fn {name, _} -> name in known end)
    }
  end

  @doc "The body of a request."
  @spec body(t(), Unit.t()) :: Values.t()
  def body(%{members: of}, unit) do
    made = [
      {of.id, unit.id},
      {of.group, unit.group},
      {of.element, unit.element},
      {of.input, {:raw, unit.input}},
      {of[:priority], if(unit.priority > 0, do: unit.priority)},
      {of[:timeout], unit.timeout},
      {of[:after], if(unit.after != [], do: unit.after)}
    ]

    {:object, for({name, value} <- made, name != nil and value != nil, do: {name, value}) ++ unit.more}
  end

  @doc "The body of a reply."
  @spec answer(t(), Outcome.t()) :: Values.t()
  def answer(%{members: of}, outcome) do
    what =
      case outcome.failure do
        nil -> [{of.status, of.done}, {of.output, {:raw, outcome.output || "null"}}]
        {code, message} -> [{of.status, of.undone}, {of.failure, {:object, [{of.code, code}, {of.message, message}]}}]
      end

    took = if of[:took], do: [{of.took, outcome.took}], else: []
    {:object, [{of.answers, outcome.id} | what] ++ took}
  end

  @doc "What an answer says became of a unit. A peer may have told it by something else than its id."
  @spec outcome(t(), String.t(), Decoded.t()) :: Outcome.t()
  def outcome(%{members: of} = work, id, reply) do
    members = members(reply.body)
    took = if of[:took], do: number(said(members, of.took)), else: 0

    cond do
      reply.message == work.fault ->
        %Outcome{id: id, failure: {text(members, of.fault_code), text(members, of.fault_message)}}

      text(members, of.status) == of.done ->
        %Outcome{id: id, output: members |> said(of.output) |> Values.text_of(), took: took}

      true ->
        failure = members |> said(of.failure) |> members()
        code = text(failure, of.code)
        %Outcome{id: id, failure: {if(code == "", do: work.codes.failed, else: code), text(failure, of.message)}, took: took}
    end
  end

  @doc "The elements that a peer says it handles; nothing if it says nothing of them."
  @spec handled(t(), Decoded.t()) :: [String.t()] | nil
  def handled(%{members: of}, beat), do: beat.body |> members() |> said(of[:handlers])

  @doc "How busy a peer says that it is."
  @spec busy(t(), Decoded.t()) :: number() | nil
  def busy(%{members: of}, beat), do: beat.body |> members() |> said(of[:load])

  defp members({:object, members}), do: members
  defp members(_), do: []

  defp said(_, nil), do: nil

  defp said(members, name) do
    case Values.fetch(members, name) do
      {:ok, value} -> value
      :error -> nil
    end
  end

  defp text(members, name) do
    case said(members, name) do
      text when is_binary(text) -> text
      _ -> ""
    end
  end

  defp number(value), do: max(Evaluate.integer(value), 0)
end
