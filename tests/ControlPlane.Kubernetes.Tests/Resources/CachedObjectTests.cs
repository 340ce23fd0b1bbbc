using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Tests.Resources;

/// <summary>What is kept of the cluster's objects.</summary>
public sealed class CachedObjectTests
{
    private static readonly HashSet<Type> Plain = [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(uint), typeof(double), typeof(DateTime), typeof(TimeSpan)];

    public static TheoryData<Type> Kinds => [.. typeof(MeshObject).Assembly.GetTypes().Where(t => !t.IsAbstract && typeof(MeshObject).IsAssignableFrom(t))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void K20_CachedObjects_CannotBeChangedByAnybody(Type kind) => AssertImmutable(kind, []);

    [Fact]
    public void K21_WhatIsNotUsed_IsDroppedOnArrival()
    {
        var ballast = string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"manager":"m{{i}}","fieldsV1":{"f:spec":{} } }"""));
        var images = string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"names":["image{{i}}"],"sizeBytes":{{i}}}"""));
        const string pod = """
            "metadata":{"name":"p","namespace":"n"BALLAST},"spec":{"nodeName":"x","containers":[{"name":"c"}]},"status":{"podIP":"10.0.0.1"}
            """;
        Assert.Equal(
            Read("Pod", "{" + pod.Replace("BALLAST", "", StringComparison.Ordinal) + "}"),
            Read("Pod", "{" + pod.Replace("BALLAST", $",\"managedFields\":[{ballast}]", StringComparison.Ordinal) + "}"));
        Assert.Equal(Read("Node", """{"metadata":{"name":"x"}}"""), Read("Node", $$"""{"metadata":{"name":"x"},"status":{"images":[{{images}}]} }"""));
    }

    private static MeshObject Read(string kind, string json)
    {
        using var document = JsonDocument.Parse(json);
        return Assert.Single(ResourceCatalog.Find("", kind)!.Adapt(document.RootElement, "v1", new ResourceOptions()).Changes).Value;
    }

    private static void AssertImmutable(Type type, HashSet<Type> seen)
    {
        if (Plain.Contains(type) || type.IsEnum || !seen.Add(type))
            return;
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            AssertImmutable(inner, seen);
            return;
        }

        // Model's own collections have no way to change them.
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EquatableArray<>))
        {
            AssertImmutable(type.GetGenericArguments()[0], seen);
            return;
        }

        if (type == typeof(LabelMap))
            return;
        Assert.StartsWith("ControlPlane.Model.", type.FullName, StringComparison.Ordinal);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            Assert.True(
                property.SetMethod is not { IsPublic: true } set || set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)),
                $"{type.Name}.{property.Name} can be set");
            if (property.GetIndexParameters().Length == 0)
                AssertImmutable(property.PropertyType, seen);
        }

        Assert.DoesNotContain(type.GetFields(BindingFlags.Public | BindingFlags.Instance), f => !f.IsInitOnly);
    }
}
