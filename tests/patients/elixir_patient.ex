defmodule Shop.Item do
  defstruct [:name, :price, tags: []]
end

defmodule Shop.Cache do
  @moduledoc "A GenServer with a state that looks as Elixir's do."
  use GenServer

  def start(name \\ __MODULE__) do
    GenServer.start(__MODULE__, name, name: name)
  end

  def put(key, value), do: GenServer.call(__MODULE__, {:put, key, value})
  def fetch(key), do: GenServer.call(__MODULE__, {:fetch, key})

  @impl true
  def init(_) do
    {:ok, %{items: %{"pen" => %Shop.Item{name: "pen", price: 1.5, tags: [:blue, :"two words"]}}, hits: 0}}
  end

  @impl true
  def handle_call({:put, key, value}, _from, state) do
    {:reply, :ok, put_in(state.items[key], value)}
  end

  def handle_call({:fetch, key}, _from, state) do
    {:reply, Map.fetch(state.items, key), %{state | hits: state.hits + 1}}
  end
end
