using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Injecting;

/// <summary>Finds and moves the containers of a pod.</summary>
internal static class PodParts
{
    public const string Containers = "containers";
    public const string InitContainers = "initContainers";

    public static JsonObject? Container(this JsonObject pod, string list, string name) =>
        pod.Object("spec").List(list).Objects().FirstOrDefault(container => container.Text("name") == name);

    /// <summary>The proxy's container, ordinary or native.</summary>
    public static JsonObject? Proxy(this JsonObject pod) =>
        pod.Container(Containers, ContainerNames.Proxy) ?? pod.Container(InitContainers, ContainerNames.Proxy);

    /// <summary>Init containers, then the others.</summary>
    public static IEnumerable<JsonObject> AllContainers(this JsonObject pod) =>
        pod.Object("spec").List(InitContainers).Objects().Concat(pod.Object("spec").List(Containers).Objects());

    public static IReadOnlyDictionary<string, string> Annotations(this JsonObject pod) => pod.Object("metadata").TextMap("annotations");

    public static string? Annotation(this JsonObject pod, string name) => pod.Object("metadata").Object("annotations").Text(name);

    public static JsonObject AnnotationsOrNew(this JsonObject pod) => pod.ObjectOrNew("metadata").ObjectOrNew("annotations");

    /// <summary>Takes containers of that name out of a list.</summary>
    public static void Remove(this JsonObject pod, string list, string name)
    {
        if (pod.Object("spec").List(list) is not { } containers)
            return;
        foreach (var container in containers.Objects().Where(container => container.Text("name") == name).ToList())
            containers.Remove(container);
    }

    /// <summary>Moves the container of that name to the front or the end of its list.</summary>
    public static void Move(this JsonObject pod, string list, string name, bool first)
    {
        if (pod.Container(list, name) is not { } container)
            return;
        var containers = pod.Object("spec").List(list)!;
        var index = containers.IndexOf(container);
        var wanted = first ? 0 : containers.Count - 1;
        if (index == wanted)
            return;
        containers.RemoveAt(index);
        containers.Insert(wanted, container);
    }

    /// <summary>Sets an environment variable of a container: in place where it is there.</summary>
    public static void SetEnvironment(JsonObject container, string name, string value)
    {
        var variables = container.ListOrNew("env");
        var variable = new JsonObject { ["name"] = name, ["value"] = value };
        for (var i = 0; i < variables.Count; i++)
        {
            if ((variables[i] as JsonObject).Text("name") == name)
            {
                if (!JsonTree.Same(variables[i], variable))
                    variables[i] = variable;
                return;
            }
        }

        variables.Add((JsonNode)variable);
    }

    public static void MoveEnvironmentToEnd(JsonObject container, string name)
    {
        if (Environment(container, name) is not { } variable)
            return;
        var variables = container.List("env")!;
        variables.Remove(variable);
        variables.Add((JsonNode)variable);
    }

    public static JsonObject? Environment(JsonObject container, string name) =>
        container.List("env").Objects().FirstOrDefault(variable => variable.Text("name") == name);
}
