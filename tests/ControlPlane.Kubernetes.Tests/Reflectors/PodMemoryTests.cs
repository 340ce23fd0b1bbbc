using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.Pods;
using ControlPlane.Kubernetes.Tests.Server;
using ControlPlane.Model.Snapshots;
using Xunit.Abstractions;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

/// <summary>K21: of a Pod only what the mesh needs is kept.</summary>
[Collection(AloneCollection.Name)]
public sealed class PodMemoryTests(ITestOutputHelper output)
{
    private const int Pods = 5_000;

    [Fact]
    public void K21_PodsAsAnApiServerGivesThem_AreTrimmed()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var objects = new ReflectedObjects(new ReflectorTarget(new PodAdapter(), "v1"), new ResourceOptions());
        var (snapshot, bytes) = (MeshSnapshot.Empty, 0L);
        for (var batch = 0; batch < Pods; batch += 500)
        {
            var changes = new List<ModelChange>();
            for (var i = batch; i < batch + 500; i++)
            {
                var json = Encoding.UTF8.GetBytes(Pod(i));
                bytes += json.Length;
                using var document = JsonDocument.Parse(json);
                changes.AddRange(objects.Take(new WatchEvent("ADDED", document.RootElement, "", "", "")).Changes);
            }

            snapshot = snapshot.Apply(changes).Snapshot;
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal((Pods, Pods), (objects.Count, snapshot.Table(Tables.Pods).Count));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"1,000 pods: {held * 1000.0 / Pods / 1024 / 1024:F2} MiB held (reflector and snapshot) of {bytes * 1000.0 / Pods / 1024 / 1024:F2} MiB of JSON"));
        Assert.InRange(held, 1, bytes / 3);
        GC.KeepAlive(objects);
        GC.KeepAlive(snapshot);
    }

    /// <summary>A pod of a Deployment with its sidecar, as server 1.30 gives it: managedFields, volumes, environment, probes, statuses.</summary>
    private static string Pod(int i)
    {
        var fields = string.Join(',', Enumerable.Range(0, 60).Select(f => $"\"f:field-{f}\":{{\".\":{{}},\"f:name-{f}\":{{}}}}"));
        var environment = string.Join(',', Enumerable.Range(0, 20).Select(e => $$"""{"name":"VARIABLE_{{e}}","value":"some value {{e}}"}"""));
        var container = $$$"""
            "image":"registry.example/team/app:1.2.3","env":[{{{environment}}}],"resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"512Mi"}},
            "volumeMounts":[{"name":"token","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","readOnly":true}],
            "livenessProbe":{"httpGet":{"path":"/live","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},
            "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"
            """;
        return $$$"""
            {"metadata":{"name":"app-{{{i / 10}}}-7d4b9c6f5d-{{{i:x5}}}","generateName":"app-{{{i / 10}}}-7d4b9c6f5d-","namespace":"team-{{{i % 50}}}","uid":"{{{Guid.NewGuid()}}}","resourceVersion":"{{{100000 + i}}}",
             "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"app-{{{i / 10}}}","version":"v1","pod-template-hash":"7d4b9c6f5d","security.istio.io/tlsMode":"istio"},
             "annotations":{"kubectl.kubernetes.io/restartedAt":"2026-01-01T00:00:00Z","prometheus.io/scrape":"true"},
             "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-{{{i / 10}}}-7d4b9c6f5d","uid":"{{{Guid.NewGuid()}}}","controller":true,"blockOwnerDeletion":true}],
             "managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{{{{fields}}}}}]},
             "spec":{"serviceAccountName":"app-{{{i / 10}}}","nodeName":"node-{{{i % 100}}}","containers":[{"name":"app","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],{{{container}}}},{"name":"istio-proxy",{{{container}}}}],
             "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]},
             "status":{"phase":"Running","podIP":"10.{{{i / 65536}}}.{{{i / 256 % 256}}}.{{{i % 256}}}","podIPs":[{"ip":"10.{{{i / 65536}}}.{{{i / 256 % 256}}}.{{{i % 256}}}"}],
             "conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],
             "containerStatuses":[{"name":"app","ready":true,"restartCount":0,"image":"registry.example/team/app:1.2.3","imageID":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}]}}
            """;
    }
}
