# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.FileStore do
  @moduledoc """
  Keeps each value in a file of its own, `DIRECTORY/SPACE/KEY.json`, for its owner only. The form is the same in every language.

  The file holds `{"version":1,"key":"..","value":{..},"expires":null}`. It is written beside its place and then renamed.
  """

  @behaviour PacketFlow.Store

  import Bitwise

  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Store

  @enforce_keys [:directory]
  defstruct [:directory]

  @type t :: %__MODULE__{directory: Path.t()}

  @doc "A store in a directory, which is made when something is stored."
  @spec new(Path.t()) :: t()
  def new(directory), do: %__MODULE__{directory: directory}

  @impl true
  def get(store, space, key) do
    with {:ok, text} <- File.read(path(store, space, key)),
         {:ok, {:object, _, _, _, members}} <- Tape.parse(text, 256, :infinity, :infinity),
         %{"version" => {:number, "1"}, "key" => ^key, "value" => value} = members <- named(members, text),
         expires = Values.plain(members["expires"]),
         false <- Store.over?(expires) do
      Values.text_of(value)
    else
      _ -> nil
    end
  end

  @impl true
  def put(store, space, key, value, expires) do
    path = path(store, space, key)
    directory = Path.dirname(path)
    File.mkdir_p!(directory)
    File.chmod!(directory, 0o700)
    temporary = Path.join(directory, ".tmp-" <> Base.encode16(:crypto.strong_rand_bytes(8), case: :lower))
    limit = if expires, do: Integer.to_string(expires), else: "null"
    text = [~s({"version":1,"key":), Values.quoted(key), ~s(,"value":), value, ~s(,"expires":), limit, ?}]

    try do
      File.touch!(temporary)
      File.chmod!(temporary, 0o600)
      write!(temporary, text)
      File.rename!(temporary, path)
    after
      File.rm(temporary)
    end

    :ok
  end

  @impl true
  def remove(store, space, key) do
    File.rm(path(store, space, key))
    :ok
  end

  @doc "The name of a key's file without its ending; the same in every language."
  @spec file_name(String.t()) :: String.t()
  def file_name(""), do: "%"

  def file_name(key) do
    {name, cut} = key |> :binary.bin_to_list() |> Enum.with_index() |> Enum.reduce({"", 0}, &named_octet/2)

    if byte_size(name) > 200 do
      digest =
        key |> :binary.bin_to_list() |> Enum.reduce(0xCBF2_9CE4_8422_2325, &(bxor(&2, &1) * 0x100_0000_01B3 &&& 0xFFFF_FFFF_FFFF_FFFF))

      binary_part(name, 0, cut) <> "~" <> (digest |> Integer.to_string(16) |> String.downcase() |> String.pad_leading(16, "0"))
    else
      name
    end
  end

  defp named_octet({octet, at}, {name, cut}) do
    plain = octet in ?a..?z or octet in ?A..?Z or octet in ?0..?9 or octet in '-_' or (octet == ?. and at > 0)
    name = if plain, do: <<name::binary, octet>>, else: name <> "%" <> String.pad_leading(Integer.to_string(octet, 16), 2, "0")
    {name, if(byte_size(name) <= 180, do: byte_size(name), else: cut)}
  end

  defp named(members, text) do
    Map.new(members, fn {{_, _, _, name}, node} ->
      value = Tape.value(text, node)
      {name, if(name == "value", do: {:raw, Tape.raw(text, node)}, else: value)}
    end)
  end

  # What was written is on the disk before it gets its name.
  defp write!(path, text) do
    file = File.open!(path, [:write, :binary])

    try do
      :ok = IO.binwrite(file, text)
      :ok = :file.sync(file)
    after
      File.close(file)
    end
  end

  defp path(store, space, key), do: Path.join([store.directory, file_name(space), file_name(key) <> ".json"])
end
