# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.StoreTest do
  use ExUnit.Case, async: true

  alias PacketFlow.FileStore
  alias PacketFlow.MemoryStore
  alias PacketFlow.Store

  setup do
    directory = Path.join(System.tmp_dir!(), "store-#{System.unique_integer([:positive])}")
    on_exit(fn -> File.rm_rf!(directory) end)
    %{directory: directory}
  end

  test "what is put is found until its time is over", %{directory: directory} do
    for store <- [MemoryStore.new(), FileStore.new(directory)] do
      assert Store.get(store, "a", "b") == nil
      :ok = Store.put(store, "a", "b", ~s({"x":1.50}), nil)
      assert Store.get(store, "a", "b") == ~s({"x":1.50})
      :ok = Store.put(store, "a", "b", "{}", System.os_time(:millisecond) + 60_000)
      assert Store.get(store, "a", "b") == "{}"
      :ok = Store.put(store, "a", "b", "{}", System.os_time(:millisecond) - 1)
      assert Store.get(store, "a", "b") == nil
      :ok = Store.put(store, "a", "b", "{}", nil)
      :ok = Store.remove(store, "a", "b")
      assert Store.get(store, "a", "b") == nil
    end
  end

  test "a file is its owner's, and in the form of every language", %{directory: directory} do
    store = FileStore.new(directory)
    :ok = Store.put(store, "Some.space", "a/ü", ~s({"x":[]}), 99_999_999_999_999)
    path = Path.join([directory, "Some.space", "a%2F%C3%BC.json"])
    assert File.read!(path) == ~s({"version":1,"key":"a/ü","value":{"x":[]},"expires":99999999999999})
    assert Bitwise.band(File.stat!(path).mode, 0o777) == 0o600
    assert File.ls!(Path.dirname(path)) == ["a%2F%C3%BC.json"]
  end

  test "names of files" do
    assert FileStore.file_name("") == "%"
    assert FileStore.file_name(".a.b") == "%2Ea.b"
    long = FileStore.file_name(String.duplicate("é", 100))
    assert long =~ ~r/\A(%C3%A9){30}~[0-9a-f]{16}\z/
  end
end
