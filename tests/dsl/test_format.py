"""`fmt` changes the layout and nothing else."""

from kubelab import dsl

MESSY = '''

# top
cluster {   # machines
  node worker-[1..3]  cpu 4  memory 8Gi
  # inner


  # more

}
namespace shop {

secret db-login: basic-auth  username = admin password="s3cret" ; config settings              LOG_LEVEL=debug
  deployment web x3 nginx:1.27 { port http 80;; ready http /healthz }
  deployment api x3 nginx:1.27 {
  env A=1  , B=2,
  # why
     C=3 }
      service web               -> deployment web port 80
  service web-out NodePort 30080 -> deployment web port http 80 to 8080, 90   # out
  service docs ExternalName foo.bar.example.com # docs
   Deployment x {
     .spec.template.spec={nodeName : a, volumes:[{name: x},   {name: "y"}
      {name: z}
      ]
         nodeSelector: {}}
.spec.paused   =   true
  }
   config a { x="""
     a
       b
   """
   y=2 }
   replicaset a where x in(a,b),!c , d != e, f==g nginx {}
   }



expect deployment web .status.readyReplicas==3   # trailing'''

NEAT = '''# top
cluster {  # machines
  node worker-[1..3] cpu 4 memory 8Gi
  # inner

  # more
}
namespace shop {
  secret db-login: basic-auth username=admin password="s3cret"; config settings LOG_LEVEL=debug
  deployment web x3 nginx:1.27 { port http 80; ready http /healthz }
  deployment api x3 nginx:1.27 {
    env A=1, B=2,
        # why
        C=3
  }
  service web                    -> deployment web port 80
  service web-out NodePort 30080 -> deployment web port http 80 to 8080, 90  # out
  service docs ExternalName foo.bar.example.com                              # docs
  Deployment x {
    .spec.template.spec = {nodeName: a, volumes: [{name: x}, {name: "y"}
      {name: z}
      ]
      nodeSelector: {}}
    .spec.paused = true
  }
  config a {
    x="""
     a
       b
   """
    y=2
  }
  replicaset a where x in (a, b), !c, d!=e, f==g nginx {}
}

expect deployment web .status.readyReplicas == 3  # trailing
'''


def test_the_canonical_layout() -> None:
    assert dsl.format_text(MESSY) == NEAT


def test_formatting_twice_changes_nothing_more() -> None:
    assert dsl.format_text(NEAT) == NEAT


def test_the_meaning_stays() -> None:
    messy, neat = dsl.compile_text(MESSY), dsl.compile_text(NEAT)
    assert (messy.nodes, messy.objects) == (neat.nodes, neat.objects)


def test_a_text_without_statements() -> None:
    assert dsl.format_text("") == ""
    assert dsl.format_text("\n \n") == ""
    assert dsl.format_text("  # only this\n\n\n# and that") == "# only this\n\n# and that\n"


def test_what_goes_on_after_a_backslash_is_put_in_one_line() -> None:
    assert dsl.format_text("pod a \\\n  nginx\n") == "pod a nginx\n"
