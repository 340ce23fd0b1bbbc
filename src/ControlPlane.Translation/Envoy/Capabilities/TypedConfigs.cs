using System.Diagnostics.CodeAnalysis;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using NetworkFilter = Envoy.Config.Listener.V3.Filter;
using UdpaTypedStruct = Udpa.Type.V1.TypedStruct;
using XdsTypedStruct = Xds.Type.V3.TypedStruct;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>Extensions are known by the type of their configuration, as Envoy knows them: names are free.</summary>
internal static class TypedConfigs
{
    /// <summary>Full name of the message that configures an extension; of a TypedStruct that which it stands for. "" where there is none.</summary>
    public static string TypeName(Any? config)
    {
        if (config is null)
            return "";
        if (TryRead<UdpaTypedStruct>(config, out var udpa))
            return Any.GetTypeName(udpa.TypeUrl);
        return Any.GetTypeName(TryRead<XdsTypedStruct>(config, out var xds) ? xds.TypeUrl : config.TypeUrl);
    }

    /// <summary>Reads the message inside an Any, where it is of that type.</summary>
    public static bool TryRead<T>(Any? config, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>, new()
    {
        message = config is not null && ProtoJson.Is<T>(config) ? ProtoJson.Unpack<T>(config) : null;
        return message is not null;
    }

    /// <summary>Replaces a message inside an Any by its edited self, where it is of that type.</summary>
    public static bool TryEdit<T>(Any? config, Action<T> edit)
        where T : class, IMessage<T>, new()
    {
        if (!TryRead<T>(config, out var message))
            return false;
        edit(message);
        config!.Value = message.ToByteString();
        return true;
    }

    /// <summary>Takes out the network filters of a type; how many there were.</summary>
    public static int Remove(RepeatedField<NetworkFilter> filters, string typeName) =>
        RemoveWhere(filters, filter => TypeName(filter.TypedConfig) == typeName);

    /// <summary>Takes out the HTTP filters of a type; how many there were.</summary>
    public static int Remove(RepeatedField<HttpFilter> filters, string typeName) =>
        RemoveWhere(filters, filter => TypeName(filter.TypedConfig) == typeName);

    /// <summary>Takes out the per-route configuration of filters of a type.</summary>
    public static void Remove(MapField<string, Any> perFilterConfig, string typeName)
    {
        foreach (var name in perFilterConfig.Where(pair => TypeName(pair.Value) == typeName).Select(pair => pair.Key).ToList())
            perFilterConfig.Remove(name);
    }

    /// <summary>Takes out what meets a condition; how many there were.</summary>
    public static int RemoveWhere<T>(RepeatedField<T> items, Predicate<T> condition)
    {
        var removed = 0;
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (!condition(items[i]))
                continue;
            items.RemoveAt(i);
            removed++;
        }

        return removed;
    }

    /// <summary>Adds an entry to a map so that its entries stay sorted by key: the wire keeps the order of insertion.</summary>
    public static void AddSorted<T>(MapField<string, T> map, string key, T value)
    {
        var entries = map.Where(pair => pair.Key != key).Append(new(key, value)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        map.Clear();
        foreach (var (name, content) in entries)
            map.Add(name, content);
    }
}
