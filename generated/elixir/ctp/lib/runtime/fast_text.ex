# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule CTP.Runtime.FastText do
  @moduledoc "What generated encoders are made of. Each function gives the text of a value, and throws `:slow` if it does not conform."

  alias CTP.Runtime.Encode
  alias CTP.Runtime.FastScan
  alias CTP.Runtime.Numbers
  alias CTP.Runtime.Scalars
  alias CTP.Runtime.Schema
  alias CTP.Runtime.Values

  @doc "The encoding of payloads that is written here."
  @spec json(Values.t()) :: iodata()
  def json("json"), do: "\"json\""
  def json(_), do: throw(:slow)

  @doc "A truth value."
  @spec bool(Values.t()) :: iodata()
  def bool(true), do: "true"
  def bool(false), do: "false"
  def bool(_), do: throw(:slow)

  @doc "An integer of 64 bits, in one of the ranges."
  @spec integer(Values.t(), boolean(), [{integer(), integer()}]) :: iodata()
  def integer(value, signed, ranges) when is_integer(value) do
    if Numbers.saturated(value, signed) == value and among?(value, ranges), do: Integer.to_string(value), else: throw(:slow)
  end

  def integer(_, _, _), do: throw(:slow)

  defp among?(_, []), do: true
  defp among?(value, ranges), do: Enum.any?(ranges, fn {start, stop} -> start <= value and value <= stop end)

  @doc "A double, in one of the ranges."
  @spec float(Values.t(), list()) :: iodata()
  def float(value, ranges) when is_float(value), do: if(Scalars.within?(value, ranges), do: Numbers.write_float(value), else: throw(:slow))
  def float(value, ranges) when is_integer(value) and abs(value) < 0x20_0000_0000_0000, do: float(value * 1.0, ranges)
  def float(_, _), do: throw(:slow)

  @doc "A string."
  @spec string(Values.t(), non_neg_integer()) :: iodata()
  def string(value, most) when is_binary(value) and byte_size(value) <= most do
    cond do
      FastScan.plain?(value) -> [?", value, ?"]
      String.valid?(value) -> Values.quoted(value)
      true -> throw(:slow)
    end
  end

  def string(_, _), do: throw(:slow)

  @doc "A string of which the schema says more."
  @spec text(Values.t(), non_neg_integer(), Schema.Type.t()) :: iodata()
  def text(value, most, type) do
    text = string(value, most)
    if type.format != :uuid and Scalars.allowed?(type, value), do: text, else: throw(:slow)
  end

  @doc "A UUID in lower case."
  @spec uuid(Values.t()) :: iodata()
  def uuid(value) when is_binary(value), do: if(FastScan.uuid?(value), do: [?", value, ?"], else: throw(:slow))
  def uuid(_), do: throw(:slow)

  @doc "Whether a list has as many items as may be; `:slow` is thrown if not."
  @spec counted(list(), non_neg_integer(), {non_neg_integer(), non_neg_integer() | nil} | nil) :: :ok
  def counted(items, limit, bounds) do
    count = length(items)
    {least, most} = bounds || {0, nil}
    if count <= limit and count >= least and (most == nil or count <= most), do: :ok, else: throw(:slow)
  end

  @doc "A value of any type, judged by the walk."
  @spec walked(Schema.t(), Values.t(), non_neg_integer(), non_neg_integer()) :: iodata()
  def walked(schema, value, id, depth) do
    text = Encode.encode_value(schema, id, value)

    case FastScan.walked(schema, text, id, depth) do
      {_, ""} -> text
      _ -> throw(:slow)
    end
  end
end
